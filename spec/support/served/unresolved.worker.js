// @ts-expect-error -- only a bundler would find it.
import '@bundled/name';

export const tmpdir = (): string => '';

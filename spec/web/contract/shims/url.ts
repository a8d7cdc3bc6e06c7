export const fileURLToPath = (url: URL): string => url.href;

export const name = (): string => 'other';

export const prepare = (text: string): void => {
  (globalThis as { prepared?: string }).prepared = text;
};
export const seen = (): string | undefined => (globalThis as { prepared?: string }).prepared;

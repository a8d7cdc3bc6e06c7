import { isError } from '../platform/realms/isError.ts';

/** What a thrown value says, whatever it is. */
export function messageOf(thrown: unknown): string {
  try {
    return isError(thrown) ? thrown.message : String(thrown);
  } catch {
    return 'something that cannot be shown';
  }
}

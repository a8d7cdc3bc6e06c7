import { DomException } from '../platform/DomException.ts';

/** Why a signal has aborted. One that does not say it gives what those of the web do. */
export function abortReason(signal: AbortSignal): unknown {
  return 'reason' in signal ? signal.reason : new DomException('This operation was aborted', 'AbortError');
}

import { DomException } from '../platform/realms/DomException.ts';

/** The reason of an aborted signal. If it has none, the reason is an AbortError, as the web standard says. */
export function abortReason(signal: AbortSignal): unknown {
  return 'reason' in signal ? signal.reason : new DomException('This operation was aborted', 'AbortError');
}

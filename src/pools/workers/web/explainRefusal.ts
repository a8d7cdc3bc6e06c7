import { messageOf } from '../../../util/messageOf.ts';

/** What a Content-Security-Policy must allow for a worker to start. */
export const POLICY_TO_CHECK =
  'Does the Content-Security-Policy allow it (worker-src, and blob: there for inline functions)?';

const TRUSTED_TYPES =
  'The Content-Security-Policy requires a TrustedScriptURL (require-trusted-types-for): define a default Trusted Types policy';

/** The reason for which a browser has refused to construct a Worker. Not each browser names the policy that forbids it. */
export function explainRefusal(error: unknown): string {
  const message = messageOf(error);
  const { name } = (error ?? {}) as { readonly name?: unknown };
  if (name === 'SecurityError') return followed(message, `Is its script of the page's origin? ${POLICY_TO_CHECK}`);
  return name === 'TypeError' && /TrustedScriptURL|blocked by CSP/.test(message)
    ? followed(message, TRUSTED_TYPES)
    : message;
}

function followed(message: string, advice: string): string {
  return `${message.replace(/\.$/, '')}. ${advice}`;
}

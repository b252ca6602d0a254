import { rateLimited } from '../wire/rate-limited.js';
import type { Reply } from '../wire/envelope.js';
import { refused } from '../wire/envelope.js';
import { notFound } from '../state/refusal.js';
import type { Fault } from './fault.js';

/** What a fault does to a request before the surface sees it. */
export type Early =
  | { readonly kind: 'answer'; readonly reply: Reply }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' }
  /** The request is carried out; the fault strikes the answer. */
  | { readonly kind: 'pass' };

export function earlyReply(fault: Fault | undefined, now: number): Early {
  switch (fault?.kind) {
    case 'status':
      return answer(refused(fault.status, fault.message ?? 'Something went wrong.', fault.headers));
    case 'html':
      return answer(htmlReply(fault.status ?? 502));
    case 'unauthorized':
      return answer(refused(401, 'Invalid token.'));
    case 'forbidden':
      return answer(refused(403, 'You do not have permission to perform this action.'));
    case 'not-permitted':
      return answer(refused(404, notFound().message));
    case 'rate-limited':
      return answer(rateLimited(fault.header ?? 'seconds', (fault.seconds ?? 1) * 1000, now));
    case 'reset':
      return { kind: 'reset' };
    case 'never-answers':
      return { kind: fault.commit === true ? 'pass' : 'silence' };
    default:
      return { kind: 'pass' };
  }
}

/** What a gateway in front of the vendor says: HTML, whatever the caller accepts. */
export function htmlReply(status: number): Reply {
  const body = `<html><head><title>${String(status)} Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>`;
  return { status, body, headers: { 'content-type': 'text/html; charset=utf-8' } };
}

function answer(reply: Reply): Early {
  return { kind: 'answer', reply };
}

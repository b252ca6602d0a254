import { rateLimited } from '../rate-limited.js';
import type { Reply } from '../reply.js';
import type { Words } from '../words.js';
import type { Fault } from './fault.js';

/** What a fault does to a request before the fake sees it. */
export type Early =
  | { readonly kind: 'answer'; readonly reply: Reply }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' }
  /** The request is carried out; the fault strikes the answer. */
  | { readonly kind: 'pass' };

export function earlyReply(words: Words, fault: Fault | undefined, now: number): Early {
  switch (fault?.kind) {
    case 'status':
      return answer(words.refused(fault.status, fault.message ?? 'Something went wrong.', fault.headers));
    case 'html':
      return answer(htmlReply(fault.status ?? 502));
    case 'unauthorized':
      return answer(words.unauthorized);
    case 'forbidden':
      return answer(words.forbidden);
    case 'not-permitted':
      return answer(words.notPermitted);
    case 'rate-limited':
      return answer(rateLimited(words, fault.header ?? 'seconds', (fault.seconds ?? 1) * 1000, now));
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

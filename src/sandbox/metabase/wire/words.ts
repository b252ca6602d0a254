import type { Refusal } from '../../kit/refusal.js';
import type { Reply } from '../../kit/reply.js';
import type { Words } from '../../kit/words.js';
import { FieldRefusal, ThrowableRefusal } from '../state/refusal.js';
import { texts } from '../texts.js';

/** A failure is a plain text, a map of fields, or an exception as a map; which one, depends on where it was thrown. */
export const metabaseWords: Words = {
  refused: plainText,
  refusal: refusalReply,
  unauthorized: plainText(401, texts.unauthenticated),
  forbidden: plainText(403, texts.forbidden),
  notPermitted: plainText(404, texts.notFound),
  throttled: 'Too many requests.',
  unreadable: (status) => plainText(status, 'Malformed JSON in request body.'),
  wrongShape: () => ({ data: 'maintenance' }),
};

function plainText(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, body: message, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } };
}

function refusalReply(refusal: Refusal): Reply {
  if (refusal instanceof FieldRefusal) {
    const { status, errors, specific } = refusal;
    return { status, body: specific === undefined ? { errors } : { errors, 'specific-errors': specific } };
  }
  if (refusal instanceof ThrowableRefusal) return { status: refusal.status, body: throwableMap(refusal) };
  return plainText(refusal.status, refusal.message);
}

/** Clojure's `Throwable->map`, as far as a client can see it. */
function throwableMap({ status, message, extra }: ThrowableRefusal) {
  const type = status === 500 ? 'java.sql.SQLException' : 'clojure.lang.ExceptionInfo';
  const data = { 'status-code': status, ...extra };
  return { via: [{ type, message, data, at: null }], trace: [], cause: message, data, message, ...extra };
}

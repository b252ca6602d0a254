import type { Reply } from '../../kit/reply.js';
import type { Resource } from '../state/directory.js';
import { etagOf } from './etag.js';
import type { Call } from './route.js';

export function answer(
  { dir }: Call,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, body, headers: { 'content-type': `${dir.rules.contentType}; charset=utf-8`, ...headers } };
}

/** One resource, with its version where there are versions. */
export function answerResource(call: Call, resource: Resource, body: unknown, status = 200): Reply {
  const etag = call.dir.rules.etags === 'none' ? {} : { etag: etagOf(resource) };
  return answer(call, body, status, etag);
}

/** The caller has this version already. */
export function notModified(call: Call, resource: Resource): Reply {
  return answerResource(call, resource, undefined, 304);
}

export function noContent(headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 204, body: undefined, headers };
}

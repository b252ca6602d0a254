import type { Reply } from '../../kit/reply.js';
import type { Words } from '../../kit/words.js';
import type { Rules } from '../rules.js';
import { urns } from '../schema/schemas.js';
import { ScimRefusal } from '../state/refusals.js';

/** How this server words a failure: as RFC 7644 §3.12 has it, or, by rule, in ways of its own. */
export function scimWords(rules: () => Rules): Words {
  const refused = (status: number, detail: string, headers = {}, scimType?: string): Reply => {
    switch (rules().errors) {
      case 'scim':
        return {
          status,
          body: {
            schemas: [urns.error],
            status: String(status),
            ...(scimType === undefined ? {} : { scimType }),
            detail,
          },
          headers: { 'content-type': `${rules().contentType}; charset=utf-8`, ...headers },
        };
      case 'json':
        return { status, body: { 'specific-errors': { body: [detail] } }, headers };
      case 'text':
        return { status, body: detail, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } };
      case 'empty':
        return { status, body: undefined, headers };
    }
  };
  return {
    refused,
    refusal: (error) =>
      refused(error.status, error.message, {}, error instanceof ScimRefusal ? error.scimType : undefined),
    get unauthorized() {
      return refused(401, 'SCIM request not authorized', { 'www-authenticate': 'Bearer' });
    },
    get forbidden() {
      return refused(403, 'This token may not do this.');
    },
    get notPermitted() {
      return refused(404, 'Not found.');
    },
    throttled: 'Too many requests.',
    unreadable: (status) => refused(status, 'The body is not JSON.', {}, status === 400 ? 'invalidSyntax' : undefined),
    wrongShape: () => ({ maintenance: true }),
  };
}

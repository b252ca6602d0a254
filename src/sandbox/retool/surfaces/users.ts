import { z } from 'zod';
import type { Routes } from '../../kit/vendor.js';
import { longestName } from '../choices.js';
import { patchBodySchema } from '../state/json-patch.js';
import { disable } from '../state/lifecycle.js';
import type { Organisation } from '../state/organisation.js';
import { emailKey } from '../state/organisation.js';
import { patchUser } from '../state/patch-user.js';
import { userTypes } from '../state/records.js';
import type { User } from '../state/records.js';
import { badBody } from '../state/refusals.js';
import { addUser, userById } from '../state/users.js';
import { noContent, ok } from '../wire/envelope.js';
import { pageUsers } from '../wire/page-users.js';
import { parseBody } from '../wire/parse-body.js';
import { gatedRoutes, param } from '../wire/route.js';
import type { Call } from '../wire/route.js';
import { has } from '../wire/version.js';
import { viewUser, viewUserWithGroups } from './view-user.js';

/** Users. There is no PUT, no way to change an address, and DELETE only disables. */
export const userRoutes: Routes<Call> = gatedRoutes(
  'Users',
  { read: ['users:read'], write: ['users:write'] },
  {
    'GET /api/v2/users': ({ org, query }) => pageUsers(org, matching(org, query), query, (user) => viewUser(org, user)),

    'GET /api/v2/users/:id': (call) => {
      const user = userById(call.org, param(call));
      const wantsGroups = has('paging', call.org.rules.version) && call.query.get('includeGroups') === 'true';
      return ok(wantsGroups ? viewUserWithGroups(call.org, user) : viewUser(call.org, user));
    },

    'POST /api/v2/users': ({ org, body }) => {
      const wanted = parseBody(newUser, body);
      if (org.rules.longNamesOnCreate === 'refuse') {
        for (const name of ['first_name', 'last_name'] as const) {
          if (wanted[name].length > longestName) throw badBody(`Invalid string type for body parameter: ${name}`);
        }
      }
      const user = addUser(org, {
        email: wanted.email,
        firstName: wanted.first_name,
        lastName: wanted.last_name,
        active: wanted.active,
        metadata: wanted.metadata,
        userType: wanted.user_type,
      });
      if (org.rules.createMails) org.emit({ kind: 'mail', email: user.email });
      return ok(viewUser(org, user));
    },

    'PATCH /api/v2/users/:id': (call) => {
      const user = userById(call.org, param(call));
      patchUser(call.org, user, parseBody(patchBodySchema, call.body).operations);
      return ok(viewUser(call.org, user));
    },

    'DELETE /api/v2/users/:id': (call) => {
      disable(call.org, userById(call.org, param(call)));
      return noContent();
    },
  },
);

const newUser = z.strictObject({
  email: z.email(),
  first_name: z.string().min(1),
  last_name: z.string().min(1),
  active: z.boolean().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  user_type: z.enum(userTypes).optional(),
});

/** Disabled users match like any other. */
function matching(org: Organisation, query: URLSearchParams): User[] {
  const email = query.get('email');
  const names = { firstName: query.get('first_name'), lastName: query.get('last_name') };
  return [...org.data.users.values()].filter(
    (user) =>
      (email === null || hasEmail(org, user, email)) &&
      (names.firstName === null || names.firstName === user.firstName) &&
      (names.lastName === null || names.lastName === user.lastName),
  );
}

function hasEmail(org: Organisation, user: User, email: string): boolean {
  const [held, wanted] = [emailKey(org, user.email), emailKey(org, email)];
  return org.rules.emailFilter === 'exact' ? held === wanted : held.includes(wanted);
}

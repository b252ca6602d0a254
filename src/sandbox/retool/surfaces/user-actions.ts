import { z } from 'zod';
import { Refusal } from '../../kit/refusal.js';
import type { Routes } from '../../kit/vendor.js';
import { withAttribute, withoutAttribute } from '../state/attributes.js';
import { touch, userById } from '../state/users.js';
import { noContent, ok } from '../wire/envelope.js';
import { parseBody } from '../wire/parse-body.js';
import { gatedRoutes, param } from '../wire/route.js';
import type { Call } from '../wire/route.js';
import { has } from '../wire/version.js';

/** What else can be done to a user: ending sessions, a lost second factor, single attributes. */
export const userActionRoutes: Routes<Call> = {
  ...gatedRoutes(
    'Users',
    { read: ['users:read'], write: ['users:write'] },
    {
      'POST /api/v2/users/:id/logout': (call) => {
        if (!has('logout', call.org.rules.version)) throw new Refusal(404, 'Not Found');
        const user = userById(call.org, param(call));
        const { sso_logout: ssoLogout } = parseBody(logoutBody, call.body ?? {});
        user.sessions = 0;
        return ok({ sso_logout: ssoLogout });
      },

      'PUT /api/v2/users/reset2fa/:id': (call) => {
        const user = userById(call.org, param(call));
        user.twoFactor = false;
        touch(call.org, user);
        return noContent();
      },
    },
  ),
  ...gatedRoutes(
    'Users',
    { read: ['users:read'], write: ['users:write', 'user_attributes:write'] },
    {
      'POST /api/v2/users/:id/user_attributes': (call) => {
        const user = userById(call.org, param(call));
        const { name, value } = parseBody(attributeValue, call.body);
        user.metadata = withAttribute(call.org, user.metadata, name, value);
        touch(call.org, user);
        return ok({ metadata: user.metadata });
      },

      'DELETE /api/v2/users/:id/user_attributes/:name': (call) => {
        const user = userById(call.org, param(call));
        user.metadata = withoutAttribute(call.org, user.metadata, param(call, 'name'));
        touch(call.org, user);
        return ok({ metadata: user.metadata });
      },
    },
  ),
};

const logoutBody = z.looseObject({
  sso_logout: z.boolean().default(false),
  post_logout_redirect_uri: z.string().optional(),
});

/** For a user and for an invite alike. */
export const attributeValue = z.strictObject({ name: z.string().min(1), value: z.unknown() });

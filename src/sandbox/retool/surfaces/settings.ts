import type { Routes } from '../../kit/vendor.js';
import { uuidOf } from '../state/ids.js';
import type { AttributeDefinition } from '../state/records.js';
import { okList } from '../wire/envelope.js';
import { gatedRoutes } from '../wire/route.js';
import type { Call } from '../wire/route.js';
import { timestamp } from '../wire/timestamp.js';

/** What the organisation is set up with: its user attributes and its API tokens. */
export const settingRoutes: Routes<Call> = {
  ...gatedRoutes(
    'User Attributes',
    { read: ['users:read', 'user_attributes:read'], write: ['user_attributes:write'] },
    { 'GET /api/v2/user_attributes': ({ org }) => okList([...org.data.attributes.values()].map(viewAttribute)) },
  ),
  // The scope is a guess from the names of the others.
  ...gatedRoutes(
    'Access Tokens',
    { read: ['access_tokens:read'], write: ['access_tokens:read'] },
    {
      'GET /api/v2/access_tokens': ({ org, tokens }) =>
        okList(
          tokens().map(({ last4, label, owner, scopes, createdAt }) => ({
            id: uuidOf(`token ${label}`),
            label,
            description: null,
            last4,
            owner_legacy_id: org.data.users.get(owner)?.legacyId ?? null,
            scopes,
            created_at: timestamp(createdAt),
            updated_at: timestamp(createdAt),
          })),
        ),
    },
  ),
};

function viewAttribute({ id, name, label }: AttributeDefinition) {
  return { id, name, label, data_type: 'string', default_value: null, intercom_attribute_name: null };
}

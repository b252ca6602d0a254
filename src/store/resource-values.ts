import { sql, type Expression } from 'kysely';
import type { ResourceSchema } from '../model/resource-schema.js';
import type { Engine } from './engine.js';
import type { Value } from './filter-test-to-sql.js';

/** Where a single-valued attribute of a resource stands: in a column of its own, or in the stored JSON. */
export function resourceValue(engine: Engine, schema: ResourceSchema, path: readonly string[]): Value {
  const columns = schema.type === 'User' ? userColumns : groupColumns;
  const stored = (): Value => ({ plain: engine.jsonValue(resourceOf(schema), path), nullable: true });
  return columns.get(path.join('.')) ?? stored();
}

/** The column that holds a resource as JSON. */
export function resourceOf(schema: ResourceSchema): Expression<unknown> {
  return sql.ref(schema.type === 'User' ? 'scim_user.resource' : 'scim_group.resource');
}

const userColumns: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['id', { plain: sql.ref('scim_user.id'), nullable: false }],
  [
    'userName',
    { plain: sql.ref('scim_user.user_name'), folded: sql.ref('scim_user.user_name_folded'), nullable: false },
  ],
  ['externalId', { plain: sql.ref('scim_user.external_id'), nullable: true }],
  ['displayName', { folded: sql.ref('scim_user.display_name_folded'), nullable: true }],
  ['active', { plain: sql.ref('scim_user.active'), nullable: false }],
  ['meta.resourceType', { plain: sql`'User'`, nullable: false }],
  ['meta.created', { plain: sql.ref('scim_user.created_at'), nullable: false }],
  ['meta.lastModified', { plain: sql.ref('scim_user.updated_at'), nullable: false }],
]);

const groupColumns: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['id', { plain: sql.ref('scim_group.id'), nullable: false }],
  ['displayName', { folded: sql.ref('scim_group.display_name_folded'), nullable: false }],
  ['externalId', { plain: sql.ref('scim_group.external_id'), nullable: true }],
  ['meta.resourceType', { plain: sql`'Group'`, nullable: false }],
  ['meta.created', { plain: sql.ref('scim_group.created_at'), nullable: false }],
  ['meta.lastModified', { plain: sql.ref('scim_group.updated_at'), nullable: false }],
]);

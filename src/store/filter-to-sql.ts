import type { Expression, SqlBool } from 'kysely';
import type { Filter } from '../model/filter.js';
import type { ResourceSchema } from '../model/resource-schema.js';
import type { Engine } from './engine.js';

/** A filter over users as a condition on `scim_user`. `schema` is the metadata `scim/` keeps (`userSchema`). */
export function userFilter(_engine: Engine, _filter: Filter, _schema: ResourceSchema): Expression<SqlBool> {
  throw new Error('not yet');
}

/** A filter over groups as a condition on `scim_group`. `schema` is the metadata `scim/` keeps (`groupSchema`). */
export function groupFilter(_engine: Engine, _filter: Filter, _schema: ResourceSchema): Expression<SqlBool> {
  throw new Error('not yet');
}

import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { AttributeInfo, ResourceSchema } from '../model/resource-schema.js';
import type { Engine } from './engine.js';
import type { Value } from './filter-test-to-sql.js';

/** The elements of a multi-valued attribute as rows a condition can be asked of. */
export interface Elements {
  /** One value of an element; an empty path is the element itself. */
  readonly value: (path: readonly string[]) => Value;
  /** Whether the resource has an element for which `condition` holds. */
  readonly exists: (condition: Expression<SqlBool>) => RawBuilder<SqlBool>;
}

/** Where the elements of an attribute are kept: rows of their own for what the store relates, JSON for the rest. */
export function elementsOf(engine: Engine, schema: ResourceSchema, path: readonly string[]): Elements {
  const name = path.at(-1);
  if (schema.type === 'Group') return name === 'members' ? members : listedOrStored(engine, schema, path);
  return name === 'groups' ? groups : listedOrStored(engine, schema, path);
}

/*
 * `in` lists of row numbers, not correlated `exists`: the database may then start from the few rows the condition
 * finds by index, where it would otherwise visit every resource of the directory.
 */

/** The groups of a user. */
const groups: Elements = {
  value: ([name]) => groupValues.get(name ?? '') ?? absent,
  exists: (condition) => sql`scim_user.seq in (
    select m.user_seq from scim_member as m inner join scim_group as g on g.seq = m.group_seq
    where m.removed_at is null and g.deleted_at is null and ${condition})`,
};

/** The members of a group. */
const members: Elements = {
  value: ([name]) => memberValues.get(name ?? '') ?? absent,
  exists: (condition) => sql`scim_group.seq in (
    select m.group_seq from scim_member as m inner join scim_user as u on u.seq = m.user_seq
    where m.removed_at is null and u.deleted_at is null and ${condition})`,
};

const absent: Value = { plain: sql`null`, nullable: true };

const groupValues = new Map<string, Value>([
  ['value', { plain: sql.ref('g.id'), nullable: false }],
  ['display', { plain: sql.ref('g.display_name'), folded: sql.ref('g.display_name_folded'), nullable: false }],
  ['type', { plain: sql`'direct'`, folded: sql`'direct'`, nullable: false }],
]);

const memberValues = new Map<string, Value>([
  ['value', { plain: sql.ref('u.id'), nullable: false }],
  ['type', { plain: sql`'User'`, folded: sql`'user'`, nullable: false }],
]);

function listedOrStored(engine: Engine, schema: ResourceSchema, path: readonly string[]): Elements {
  return path[0] === 'schemas' ? schemas(engine, schema) : stored(engine, schema, path);
}

/**
 * `schemas` is not stored: it follows from the extensions a resource has attributes of. Extensions that are computed for
 * each answer are left out.
 */
function schemas(engine: Engine, schema: ResourceSchema): Elements {
  const kept = [...schema.extensions.values()].filter(({ attributes }) => [...attributes.values()].some(isStored));
  const carried = kept.map(
    ({ urn }) =>
      sql`union all select cast(${urn} as text) where ${engine.jsonValue(resourceOf(schema), [urn])} is not null`,
  );
  const listed = sql`select cast(${schema.urn} as text) as value ${sql.join(carried, sql` `)}`;
  return {
    value: () => ({ plain: sql.ref('e.value'), nullable: false }),
    exists: (condition) => sql`exists (select 1 from (${listed}) as e where ${condition})`,
  };
}

function stored(engine: Engine, schema: ResourceSchema, path: readonly string[]): Elements {
  const element = sql.ref('e.value');
  return {
    value: (inner) => ({ plain: inner.length === 0 ? element : engine.jsonValue(element, inner), nullable: true }),
    exists: (condition) =>
      sql`exists (select 1 from ${engine.jsonElements(resourceOf(schema), path, 'e')} where ${condition})`,
  };
}

function isStored({ mutability }: AttributeInfo): boolean {
  return mutability !== 'readOnly';
}

function resourceOf(schema: ResourceSchema): Expression<unknown> {
  return sql.ref(schema.type === 'User' ? 'scim_user.resource' : 'scim_group.resource');
}

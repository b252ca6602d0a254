import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { AttributeInfo, ResourceSchema } from '../model/resource-schema.js';
import type { Engine } from './engine.js';
import type { Value } from './filter-test-to-sql.js';
import { resourceOf } from './resource-values.js';

/** The elements of a multi-valued attribute as rows a condition can be asked of. */
export interface Elements {
  /** One value of an element; an empty path is the element itself. */
  readonly value: (path: readonly string[]) => Value;
  /** Whether the resource has an element for which `condition` holds, asked of one resource after the other. */
  readonly exists: (condition: Expression<SqlBool>) => RawBuilder<SqlBool>;
  /** The same, found from the elements: for a condition that an index of theirs answers. */
  readonly found: (condition: Expression<SqlBool>) => RawBuilder<SqlBool>;
}

/** Elements that come in an order. */
export interface OrderedElements extends Elements {
  /** A value of the element that is primary, or of the first one; null when there is none (RFC 7644 §3.4.2.3). */
  readonly first: (value: Expression<unknown>) => RawBuilder<unknown>;
}

/** Where the elements of an attribute are kept: rows of their own for what the store relates, JSON for the rest. */
export function elementsOf(engine: Engine, schema: ResourceSchema, path: readonly string[]): OrderedElements {
  const name = path.at(-1);
  if (schema.type === 'Group') return name === 'members' ? members : listedOrStored(engine, schema, path);
  return name === 'groups' ? groups : listedOrStored(engine, schema, path);
}

/*
 * `found` is an `in` list of row numbers, not a correlated `exists`: the database may then start from the few rows the
 * condition finds by index, where it would otherwise visit every resource of the directory. Where nothing is found by
 * index it would be the other way round: all elements of all resources, each time.
 */

/** The groups of a user. */
const groups: OrderedElements = {
  value: ([name]) => groupValues.get(name ?? '') ?? absent,
  exists: (condition) => sql`exists (
    select 1 from scim_member as m inner join scim_group as g on g.seq = m.group_seq
    where m.user_seq = scim_user.seq and m.removed_at is null and g.deleted_at is null and ${condition})`,
  found: (condition) => sql`scim_user.seq in (
    select m.user_seq from scim_member as m inner join scim_group as g on g.seq = m.group_seq
    where m.removed_at is null and g.deleted_at is null and ${condition})`,
  first: (value) => sql`(
    select ${value} from scim_member as m inner join scim_group as g on g.seq = m.group_seq
    where m.user_seq = scim_user.seq and m.removed_at is null and g.deleted_at is null
    order by m.group_seq limit 1)`,
};

/** The members of a group. */
const members: OrderedElements = {
  value: ([name]) => memberValues.get(name ?? '') ?? absent,
  exists: (condition) => sql`exists (
    select 1 from scim_member as m inner join scim_user as u on u.seq = m.user_seq
    where m.group_seq = scim_group.seq and m.removed_at is null and u.deleted_at is null and ${condition})`,
  found: (condition) => sql`scim_group.seq in (
    select m.group_seq from scim_member as m inner join scim_user as u on u.seq = m.user_seq
    where m.removed_at is null and u.deleted_at is null and ${condition})`,
  first: (value) => sql`(
    select ${value} from scim_member as m inner join scim_user as u on u.seq = m.user_seq
    where m.group_seq = scim_group.seq and m.removed_at is null and u.deleted_at is null
    order by m.user_seq limit 1)`,
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

function listedOrStored(engine: Engine, schema: ResourceSchema, path: readonly string[]): OrderedElements {
  return path[0] === 'schemas' ? schemas(engine, schema) : stored(engine, schema, path);
}

/**
 * `schemas` is not stored: it follows from the extensions a resource has attributes of. Extensions that are computed for
 * each answer are left out.
 */
function schemas(engine: Engine, schema: ResourceSchema): OrderedElements {
  const kept = [...schema.extensions.values()].filter(({ attributes }) => [...attributes.values()].some(isStored));
  const carried = kept.map(
    ({ urn }) =>
      sql`union all select cast(${urn} as text) where ${engine.jsonValue(resourceOf(schema), [urn])} is not null`,
  );
  const listed = sql`select cast(${schema.urn} as text) as value ${sql.join(carried, sql` `)}`;
  const exists: Elements['exists'] = (condition) => sql`exists (select 1 from (${listed}) as e where ${condition})`;
  return {
    value: () => ({ plain: sql.ref('e.value'), nullable: false }),
    exists,
    found: exists,
    first: () => sql`cast(${schema.urn} as text)`,
  };
}

function stored(engine: Engine, schema: ResourceSchema, path: readonly string[]): OrderedElements {
  const element = sql.ref('e.value');
  const isPrimary = sql`coalesce(${engine.jsonValue(element, ['primary'])}, 0) = 1`;
  const exists: Elements['exists'] = (condition) =>
    sql`exists (select 1 from ${engine.jsonElements(resourceOf(schema), path, 'e')} where ${condition})`;
  return {
    value: (inner) => ({ plain: inner.length === 0 ? element : engine.jsonValue(element, inner), nullable: true }),
    exists,
    found: exists,
    first: (value) => sql`(
      select ${value} from ${engine.jsonElements(resourceOf(schema), path, 'e')}
      order by case when ${isPrimary} then 0 else 1 end, e.key limit 1)`,
  };
}

function isStored({ mutability }: AttributeInfo): boolean {
  return mutability !== 'readOnly';
}

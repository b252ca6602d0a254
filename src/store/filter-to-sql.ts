import { sql, type Expression, type SqlBool } from 'kysely';
import { bindFilter, type BoundAny, type BoundFilter } from '../model/bind-filter.js';
import type { Filter } from '../model/filter.js';
import type { ResourceSchema } from '../model/resource-schema.js';
import type { Engine } from './engine.js';
import { filterCost, isIndexedAny } from './filter-cost.js';
import { emailRowsFor, narrowedByEmailRows } from './filter-emails.js';
import { elementsOf, type Elements } from './filter-elements.js';
import { testToSql, type Value } from './filter-test-to-sql.js';
import { resourceValue } from './resource-values.js';
import type { Condition } from './scan.js';

/**
 * A filter over users as a condition on the columns of `scim_user`, for a query that already picked the directory and
 * left out tombstones. Equality on id, userName, externalId, displayName, e-mail addresses and groups is answered from
 * indexes; other attributes are read out of the stored JSON.
 *
 * @param schema the metadata of users, which `scim/` keeps.
 */
export function userFilter(engine: Engine, filter: Filter, schema: ResourceSchema): Expression<SqlBool> {
  return conditionOf(narrowedByEmailRows(bindFilter(filter, schema)), resourceScope(engine, schema));
}

/** The same for groups and `scim_group`. */
export function groupFilter(engine: Engine, filter: Filter, schema: ResourceSchema): Expression<SqlBool> {
  return conditionOf(bindFilter(filter, schema), resourceScope(engine, schema));
}

/** A filter as a listing needs it: the condition, and whether it must look at everybody. */
export function listCondition(engine: Engine, filter: Filter, schema: ResourceSchema): Condition {
  const expression = (schema.type === 'User' ? userFilter : groupFilter)(engine, filter, schema);
  return { expression, scans: filterCost(filter, schema).kind === 'scan' };
}

/** Where the values a filter names are found: in a resource's columns, or in one element of a list. */
interface Scope {
  readonly engine: Engine;
  readonly value: (path: readonly string[]) => Value;
  readonly any: (filter: BoundAny) => Expression<SqlBool>;
}

/**
 * Terms are true or false, never SQL's null, so that `not` works; except terms about unknown attributes, which are
 * null on purpose: like Kleene's third value in the matcher, null stays null under `not` and selects nothing.
 */
function conditionOf(filter: BoundFilter, scope: Scope): Expression<SqlBool> {
  switch (filter.kind) {
    case 'and':
      return sql<SqlBool>`(${sql.join(conditionsOf(filter.filters, scope), sql` and `)})`;
    case 'or':
      return sql<SqlBool>`(${sql.join(conditionsOf(filter.filters, scope), sql` or `)})`;
    case 'not':
      return sql<SqlBool>`not (${conditionOf(filter.filter, scope)})`;
    case 'unknown':
      return nothing;
    case 'test':
      return testToSql(scope.engine, filter.test, scope.value(filter.path));
    case 'any':
      return scope.any(filter);
  }
}

function conditionsOf(filters: readonly BoundFilter[], scope: Scope): Expression<SqlBool>[] {
  return filters.map((each) => conditionOf(each, scope));
}

function resourceScope(engine: Engine, schema: ResourceSchema): Scope {
  return {
    engine,
    value: (path) => resourceValue(engine, schema, path),
    any: (filter) => {
      const indexed = schema.type === 'User' ? emailRowsFor(filter) : undefined;
      const elements = indexed ?? elementsOf(engine, schema, filter.path);
      return anyElement(engine, elements, filter, isIndexedAny(filter, schema));
    },
  };
}

function anyElement(
  engine: Engine,
  elements: Elements,
  { filter, orNone }: BoundAny,
  byIndex: boolean,
): Expression<SqlBool> {
  const scope: Scope = { engine, value: elements.value, any: () => nothing };
  const condition = conditionOf(filter, scope);
  const some = byIndex ? elements.found(condition) : elements.exists(condition);
  return orNone ? sql<SqlBool>`(${some} or not ${elements.exists(sql<SqlBool>`1 = 1`)})` : some;
}

const nothing = sql<SqlBool>`cast(null as boolean)`;

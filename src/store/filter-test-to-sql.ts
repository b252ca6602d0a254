import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { ValueTest } from '../model/bind-filter.js';
import type { Operand } from '../model/filter-operand.js';
import type { CompareOperator } from '../model/filter.js';
import type { Engine } from './engine.js';

/** Where one value stands in SQL. Booleans are 0 and 1, times epoch milliseconds, as everywhere in the store. */
export type Value = { readonly nullable: boolean } & (
  | { readonly plain: Expression<unknown>; readonly folded?: Expression<unknown> }
  /** Kept in folded form only: the attribute is not caseExact, so nobody needs the other. */
  | { readonly folded: Expression<unknown>; readonly plain?: undefined }
);

/** A test on one value as a condition that is never null: an absent value gives false, or true for `ne`. */
export function testToSql(engine: Engine, test: ValueTest, value: Value): Expression<SqlBool> {
  const plain = value.plain ?? value.folded;
  if (test.operator === 'pr') return sql<SqlBool>`(${plain} is not null and ${plain} <> '')`;
  const { operator, operand } = test;
  switch (operand.kind) {
    case 'null':
      return operator === 'eq' ? sql<SqlBool>`${plain} is null` : sql<SqlBool>`${plain} is not null`;
    case 'incomparable':
      return operator === 'ne' ? sql<SqlBool>`1 = 1` : sql<SqlBool>`1 = 0`;
    case 'text':
    case 'number': {
      const actual = operand.kind === 'text' && operand.folded ? (value.folded ?? engine.fold(plain)) : plain;
      const compared = comparison(operator, actual, operand);
      if (!value.nullable) return compared;
      return operator === 'ne'
        ? sql<SqlBool>`(${actual} is null or ${compared})`
        : sql<SqlBool>`(${actual} is not null and ${compared})`;
    }
  }
}

/**
 * `like` is not used: it needs escaping, and on SQLite it ignores the case of ASCII letters. Positions are counted in
 * SQL, because JavaScript counts UTF-16 units.
 */
function comparison(
  operator: CompareOperator,
  actual: Expression<unknown>,
  operand: Extract<Operand, { kind: 'text' | 'number' }>,
): RawBuilder<SqlBool> {
  const expected = operand.kind === 'text' ? operand.text : operand.number;
  switch (operator) {
    case 'co':
      // Taking out an empty text changes nothing, yet every text contains it.
      return expected === '' ? sql`1 = 1` : sql`replace(${actual}, ${expected}, '') <> ${actual}`;
    case 'sw':
      return sql`substr(${actual}, 1, length(${expected})) = ${expected}`;
    case 'ew':
      return sql`(length(${actual}) >= length(${expected})
        and substr(${actual}, length(${actual}) - length(${expected}) + 1) = ${expected})`;
    default:
      return sql`${actual} ${sql.raw(symbols[operator])} ${expected}`;
  }
}

const symbols = { eq: '=', ne: '<>', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

import type { CompareOperator, CompareValue } from './filter.js';
import { fold } from './fold.js';
import type { AttributeInfo, AttributeType } from './resource-schema.js';

/** What a value is compared with. Booleans are 0 and 1, times epoch milliseconds. */
export type Operand =
  | { readonly kind: 'text'; readonly text: string; readonly folded: boolean }
  | { readonly kind: 'number'; readonly type: 'boolean' | 'dateTime' | 'number'; readonly number: number }
  | { readonly kind: 'null' }
  | { readonly kind: 'incomparable' };

export const textOperators: ReadonlySet<string> = new Set<CompareOperator>(['co', 'sw', 'ew']);
export const textTypes: ReadonlySet<AttributeType> = new Set<AttributeType>(['string', 'reference', 'binary']);

/** What `value` is when compared with this attribute's values: of their type, or incomparable. */
export function operandOf({ type, caseExact }: AttributeInfo, operator: CompareOperator, value: CompareValue): Operand {
  if (value === null) return { kind: 'null' };
  if (textOperators.has(operator) && !textTypes.has(type)) return { kind: 'incomparable' };
  switch (type) {
    case 'boolean':
      return numeric('boolean', typeof value === 'boolean' ? Number(value) : booleanOf(value));
    case 'decimal':
    case 'integer':
      return numeric('number', typeof value === 'boolean' ? Number.NaN : Number(value));
    case 'dateTime':
      return numeric('dateTime', typeof value === 'string' ? parseTime(value) : Number.NaN);
    default:
      return { kind: 'text', text: caseExact ? String(value) : fold(String(value)), folded: !caseExact };
  }
}

function numeric(type: 'boolean' | 'dateTime' | 'number', number: number): Operand {
  return Number.isNaN(number) ? { kind: 'incomparable' } : { kind: 'number', type, number };
}

/** Entra ID writes booleans as text. */
function booleanOf(value: string | number): number {
  const text = String(value).toLowerCase();
  return text === 'true' ? 1 : text === 'false' ? 0 : Number.NaN;
}

const dateTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?<zone>Z|[+-]\d\d:\d\d)?)?$/i;

/** Epoch milliseconds of an `xsd:dateTime`; without a zone it is UTC. NaN when it is none. */
export function parseTime(text: string): number {
  const match = dateTime.exec(text);
  if (match === null) return Number.NaN;
  const isComplete = match.groups?.['zone'] !== undefined || text.length === 'YYYY-MM-DD'.length;
  return Date.parse(isComplete ? text : `${text}Z`);
}

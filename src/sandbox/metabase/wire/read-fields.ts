import type { z } from 'zod';
import type { Rules } from '../rules.js';
import { FieldRefusal } from '../state/refusal.js';

/** One field of a body: what it may be, and what the vendor says when it is something else. */
export interface Field<T> {
  readonly schema: z.ZodType<T>;
  readonly message: string;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
export type ReadFields<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/**
 * Checks a body field by field, as the vendor's request schemas do: every wrong field is named at once.
 *
 * @throws {FieldRefusal} 400 with `errors` and `specific-errors`
 */
export function readFields<F extends Fields>(
  fields: F,
  body: unknown,
  { unknownKeys }: Pick<Rules, 'unknownKeys'>,
): ReadFields<F> {
  const given = isRecord(body) ? body : {};
  const errors: Record<string, string> = {};
  const specific: Record<string, string[]> = {};
  const refuse = (name: string, message: string, details: readonly string[]) => {
    errors[name] = message;
    specific[name] = details.map((each) => `${each}, received: ${JSON.stringify(given[name]) ?? 'nil'}`);
  };

  const read: Record<string, unknown> = {};
  for (const [name, { schema, message }] of Object.entries(fields)) {
    const parsed = schema.safeParse(given[name]);
    if (parsed.success) read[name] = parsed.data;
    else if (given[name] === undefined) refuse(name, message, ['missing required key']);
    else refuse(name, message, [...new Set(parsed.error.issues.map((each) => each.message))]);
  }
  if (unknownKeys === 'refused') {
    for (const name of Object.keys(given)) if (!(name in fields)) refuse(name, 'disallowed key', ['disallowed key']);
  }

  if (Object.keys(errors).length > 0) throw new FieldRefusal(400, errors, specific);
  return read as ReadFields<F>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

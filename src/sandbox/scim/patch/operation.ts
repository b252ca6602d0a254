import { z } from 'zod';
import { urns } from '../schema/schemas.js';
import { isObject } from '../schema/document.js';
import { bad } from '../state/refusals.js';

export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string | undefined;
  /** `hasValue` tells a value of null from none. */
  readonly value: unknown;
  readonly hasValue: boolean;
}

const operationSchema = z.looseObject({
  op: z
    .string()
    .transform((op) => op.toLowerCase())
    .pipe(z.enum(['add', 'remove', 'replace'])),
  path: z.string().optional(),
});

/**
 * The operations of a PATCH body, in order. Names of operations are read whatever their case.
 *
 * @throws {ScimRefusal} 400 invalidSyntax
 */
export function readOperations(body: unknown): PatchOperation[] {
  const schemas = isObject(body) ? body['schemas'] : undefined;
  if (!Array.isArray(schemas) || !schemas.includes(urns.patch)) throw syntax(`schemas must name ${urns.patch}`);
  const operations = isObject(body) ? body['Operations'] : undefined;
  if (!Array.isArray(operations) || operations.length === 0) throw syntax('Operations must have one at least');
  return operations.map((each: unknown) => {
    const parsed = operationSchema.safeParse(each);
    if (!parsed.success) throw syntax('an operation needs an op of add, remove or replace');
    const { op, path } = parsed.data;
    const hasValue = isObject(each) && Object.hasOwn(each, 'value');
    if (op === 'add' && !hasValue) throw bad('invalidValue', 'add needs a value.');
    return { op, path, value: parsed.data['value'], hasValue };
  });
}

function syntax(why: string) {
  return bad('invalidSyntax', `The PATCH cannot be read: ${why}.`);
}

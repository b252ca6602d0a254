import { z } from 'zod';
import type { Refusal } from '../../kit/refusal.js';
import { failedPatch } from './refusals.js';

/** RFC 6902 without test, move and copy: all the vendor takes. */
export const patchBodySchema = z.strictObject({
  operations: z.array(
    z.discriminatedUnion('op', [
      z.strictObject({ op: z.literal('add'), path: z.string(), value: z.unknown() }),
      z.strictObject({ op: z.literal('replace'), path: z.string(), value: z.unknown() }),
      z.strictObject({ op: z.literal('remove'), path: z.string() }),
    ]),
  ),
});

export type PatchOperation = z.infer<typeof patchBodySchema>['operations'][number];
export type Document = Readonly<Record<string, unknown>>;

/**
 * The document with all operations applied, in order; the one given stays as it is.
 *
 * @throws {Refusal} 422 for a path that leads nowhere, or to the whole document
 */
export function patched(document: Document, operations: readonly PatchOperation[]): Document {
  let result: Document = document;
  for (const operation of operations) {
    const steps = pathSteps(operation.path);
    if (steps.length === 0) throw misfit(operation);
    result = change(result, steps, operation) as Document;
  }
  return result;
}

/** The steps of a JSON pointer (RFC 6901). @throws {Refusal} 422 for one that does not begin with a slash */
export function pathSteps(path: string): string[] {
  if (path === '') return [];
  if (!path.startsWith('/')) throw failedPatch(`Invalid path: ${path}`);
  return path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function change(node: unknown, steps: readonly string[], operation: PatchOperation): unknown {
  const [step = '', ...rest] = steps;
  if (Array.isArray(node)) return changeArray(node, step, rest, operation);
  if (typeof node !== 'object' || node === null) throw misfit(operation);
  const held = node as Document;
  const has = Object.hasOwn(held, step);
  if (rest.length > 0) {
    if (!has) throw misfit(operation);
    return { ...held, [step]: change(held[step], rest, operation) };
  }
  if (operation.op !== 'add' && !has) throw misfit(operation);
  if (operation.op !== 'remove') return { ...held, [step]: operation.value };
  return Object.fromEntries(Object.entries(held).filter(([name]) => name !== step));
}

function changeArray(node: readonly unknown[], step: string, rest: readonly string[], operation: PatchOperation) {
  const isAppend = step === '-' && operation.op === 'add' && rest.length === 0;
  const at = isAppend ? node.length : Number(/^(0|[1-9]\d*)$/.test(step) ? step : Number.NaN);
  const last = operation.op === 'add' && rest.length === 0 ? node.length : node.length - 1;
  if (!(at <= last)) throw misfit(operation);
  if (rest.length > 0) return node.with(at, change(node[at], rest, operation));
  if (operation.op === 'remove') return node.toSpliced(at, 1);
  return operation.op === 'add' ? node.toSpliced(at, 0, operation.value) : node.with(at, operation.value);
}

function misfit({ op, path }: PatchOperation): Refusal {
  return failedPatch(`Cannot ${op} at path: ${path}`);
}

import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';

type Reference = { readonly $ref: string };

/** The failing answers of an operation: those named and those every operation has. */
export type Failures = (...statuses: readonly number[]) => Record<number, Reference>;

export interface FailureFamily {
  /** What their names in the document begin with. */
  readonly prefix: string;
  readonly mediaType: string;
  /** The name of the schema they all carry. */
  readonly schema: string;
  /** Status → what it means here. */
  readonly meanings: Readonly<Record<number, string>>;
  /** Statuses every operation of the family may answer with. */
  readonly always: readonly number[];
}

/** Writes each failing answer of a family once, and returns the way to point at those an operation may give. */
export function shareFailures(registry: OpenAPIRegistry, family: FailureFamily): Failures {
  const { prefix, mediaType, schema, meanings, always } = family;
  const references = new Map<number, Reference>();
  for (const [status, description] of Object.entries(meanings)) {
    const content = { [mediaType]: { schema: { $ref: `#/components/schemas/${schema}` } } };
    const { ref } = registry.registerComponent('responses', `${prefix}${status}`, { description, content });
    references.set(Number(status), ref);
  }
  return (...statuses: readonly number[]): Record<number, Reference> => {
    const own = [...statuses, ...always].map((status) => [status, referenceTo(references, status)] as const);
    return Object.fromEntries(own);
  };
}

function referenceTo(references: ReadonlyMap<number, Reference>, status: number): Reference {
  const reference = references.get(status);
  if (reference === undefined) throw new RangeError(`no meaning was given for status ${String(status)}`);
  return reference;
}

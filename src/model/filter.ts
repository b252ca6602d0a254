/**
 * A SCIM filter (RFC 7644 §3.4.2.2) as a tree. `and` and `or` hold two or more filters, so that a long chain of terms
 * is a wide tree and not a deep one.
 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | Comparison
  | { readonly kind: 'present'; readonly path: AttributePath }
  /** `emails[type eq "work"]`: one element must satisfy `filter`, whose paths are relative to the element. */
  | { readonly kind: 'valuePath'; readonly path: AttributePath; readonly filter: Filter };

export interface Comparison {
  readonly kind: 'compare';
  readonly path: AttributePath;
  readonly operator: CompareOperator;
  readonly value: CompareValue;
}

/** An attribute as named by the client: any case, perhaps unknown. `schema` is the URN before its last colon. */
export interface AttributePath {
  readonly schema?: string | undefined;
  readonly attribute: string;
  readonly subAttribute?: string | undefined;
}

export const compareOperators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type CompareOperator = (typeof compareOperators)[number];
export type CompareValue = string | number | boolean | null;

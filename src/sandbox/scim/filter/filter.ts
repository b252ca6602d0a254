import type { Attribute } from '../schema/attribute.js';
import type { AttributePath } from './attribute-path.js';

export const operators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Operator = (typeof operators)[number];

/** A parsed filter (RFC 7644 §3.4.2.2). */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly inner: Filter }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | { readonly kind: 'compare'; readonly path: AttributePath; readonly operator: Operator; readonly value: Comparable }
  /** One and the same element of a multi-valued attribute must fit. */
  | { readonly kind: 'element'; readonly attribute: Attribute; readonly inner: Filter };

export type Comparable = string | number | boolean | null;

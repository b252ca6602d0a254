/** Which attributes the client wants back (RFC 7644 §3.9), as it named them. At most one of the two is set. */
export interface Projection {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/** Reads `attributes` and `excludedAttributes` from a query string or a SearchRequest body. */
export function readProjection(_query: Readonly<Record<string, unknown>>): Projection {
  throw new Error('not yet');
}

export function project(
  _resource: Readonly<Record<string, unknown>>,
  _projection: Projection,
  _type: 'User' | 'Group',
): Record<string, unknown> {
  throw new Error('not yet');
}

/** Whether any part of a core attribute will be sent, so that members need not be loaded when they are not. */
export function includesAttribute(_projection: Projection, _name: string, _type: 'User' | 'Group'): boolean {
  throw new Error('not yet');
}

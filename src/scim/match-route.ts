import { ScimError } from './scim-error.js';

/** A route that serves a path, and the id the path ends in, if the route has one. */
export interface Match<Served> {
  readonly route: Served;
  readonly id: string;
}

export type MatchRoute<Served> = (path: string) => Match<Served> | undefined;

/**
 * Makes the look-up of routes by path below a directory's root: exact, or a collection and `:id`. Names of collections
 * are found in any case. One step instead of a try at each route in turn.
 */
export function routeMatcher<Served extends { readonly path: string }>(routes: readonly Served[]): MatchRoute<Served> {
  const exact = new Map<string, Served>();
  const withId = new Map<string, Served>();
  for (const route of routes) {
    const path = route.path === '/' ? '' : route.path.toLowerCase();
    if (path.endsWith('/:id')) withId.set(path.slice(0, -'/:id'.length), route);
    else exact.set(path, route);
  }
  return (path) => {
    const route = exact.get(path) ?? exact.get(path.toLowerCase());
    if (route !== undefined) return { route, id: '' };
    const slash = path.lastIndexOf('/');
    if (slash < 0) return undefined;
    const collection = path.slice(0, slash);
    const one = withId.get(collection) ?? withId.get(collection.toLowerCase());
    return one === undefined ? undefined : { route: one, id: decoded(path.slice(slash + 1)) };
  };
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw ScimError.badRequest('invalidSyntax', 'The address is not encoded correctly.', { cause: error });
  }
}

import { z } from 'zod';
import type { Hook } from '../faults/hooks.js';

/** One change of a list while it is being paged through. */
export interface PageShift<List extends string = 'users' | 'groups'> {
  readonly list: List;
  /** Happens right before the first page that starts at this offset or later. Default 1: any page but the first. */
  readonly beforeOffset?: number | undefined;
  /** E-mail addresses of users, or names of groups, to add. */
  readonly insert?: readonly string[] | undefined;
  /** Users by id or address, or groups by id, to remove. */
  readonly remove?: readonly (number | string)[] | undefined;
}

export function pageShiftSchema<List extends string>(lists: readonly [List, ...List[]]): z.ZodType<PageShift<List>> {
  return z.strictObject(pageShiftFields(lists));
}

/** The fields of a page shift over HTTP, for a fake whose shifts can do more. */
export function pageShiftFields<List extends string>(lists: readonly [List, ...List[]]) {
  return {
    list: z.literal(lists),
    beforeOffset: z.int().optional(),
    insert: z.array(z.string()).optional(),
    remove: z.array(z.union([z.int(), z.string()])).optional(),
  };
}

/** Where a page starts, counted from 0, for APIs that page by offset. */
export function offsetOf(query: URLSearchParams): number {
  return Number(query.get('offset') ?? 0);
}

/**
 * A hook that changes a list once, between two of its pages.
 *
 * @param paths the list's path, whole or its end
 * @param position where the page a request asks for starts, counted from 0
 */
export function pageShiftHook<List extends string>(
  shift: PageShift<List>,
  paths: Readonly<Record<List, RegExp>>,
  apply: () => void,
  position: (query: URLSearchParams) => number = offsetOf,
): Hook {
  return ({ method, path, query }) => {
    if (method !== 'GET' || !paths[shift.list].test(path)) return false;
    if (position(new URLSearchParams(query)) < (shift.beforeOffset ?? 1)) return false;
    apply();
    return true;
  };
}

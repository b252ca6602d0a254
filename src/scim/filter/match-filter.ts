import type { Filter } from '../../model/filter.js';

export function matchFilter(
  _filter: Filter,
  _resource: Readonly<Record<string, unknown>>,
  _type: 'User' | 'Group',
): boolean {
  throw new Error('not yet');
}

import { fold } from '../../../model/fold.js';
import type { Group } from '../state/records.js';
import { byId } from './shared.js';

/** The filters the vendor documents for its list of groups. `name` is exact and tells cases apart. */
export function filterGroups(groups: readonly Group[], query: URLSearchParams): Group[] {
  const tests = [
    stateTest(query.get('state') ?? 'active'),
    given(query.get('name'), (name) => (group) => group.name === name),
    given(query.get('name__icontains'), (part) => (group) => fold(group.name).includes(fold(part))),
    given(query.get('pk'), (pk) => (group) => String(group.id) === pk),
    given(query.get('pk__in'), (list) => {
      const ids = new Set(list.split(','));
      return (group) => ids.has(String(group.id));
    }),
  ];
  const matching = groups.filter((group) => tests.every((test) => test(group)));
  return ordered(matching, query.get('order_by') ?? 'id');
}

type GroupTest = (group: Group) => boolean;

function given(value: string | null, test: (value: string) => GroupTest): GroupTest {
  return value === null ? () => true : test(value);
}

function stateTest(state: string): GroupTest {
  if (state === 'all') return () => true;
  const wanted = state === 'deleted' || state === '2' ? 2 : 1;
  return (group) => group.state === wanted;
}

function ordered(groups: readonly Group[], orderBy: string): Group[] {
  const descending = orderBy.startsWith('-');
  const field = orderBy.replace(/^-/, '');
  const rows = field === 'name' ? groups.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : byId(groups);
  return descending ? rows.reverse() : rows;
}

import type { FakeDbtCloud } from '../../sandbox/dbt-cloud/fake-dbt-cloud.js';
import type { FakeMetabase } from '../../sandbox/metabase/fake-metabase.js';
import type { FakeRetool } from '../../sandbox/retool/fake-retool.js';
import type { Invitation, Picture } from './picture.js';
import type { ToolName, Tools } from './tools.js';

/** What each tool holds now, read from the fake itself and not through the interface Drawbridge uses. */
export const readPicture: Readonly<Record<ToolName, (tools: Tools) => Picture>> = {
  dbt: ({ dbt }) => pictureOfDbt(dbt),
  metabase: ({ metabase }) => pictureOfMetabase(metabase),
  retool: ({ retool }) => pictureOfRetool(retool),
};

function pictureOfDbt({ control }: FakeDbtCloud): Picture {
  const state = control.state();
  const live = state.groups.filter((group) => !group.deleted);
  const nameOf = new Map(live.map(({ id, name }) => [id, name]));
  const names = (ids: readonly number[]) => ids.map((id) => nameOf.get(id) ?? `deleted group ${String(id)}`).toSorted();

  const people = state.users.map(({ email, firstName, lastName, active, licence, groups }) => {
    const own = { licence: active ? (licence ?? 'none') : 'none', groups: names(groups) };
    return [email, { ...personOf({ firstName, lastName, active }), ...own }] as const;
  });
  const open = state.invitations.filter(({ status }) => !closedInvitations.has(status));
  return {
    people: Object.fromEntries(people),
    groups: live.map(({ name }) => name).toSorted(),
    invitations: byAddress(open.map(({ email, licence, groups }) => [email, { licence, groups: names(groups) }])),
  };
}

/** The vendor's codes for a redeemed and an expired invitation. */
const closedInvitations = new Set<number>([2, 3]);

/** Whoever is invited has an account at once; keys' own hidden users are nobody. */
function pictureOfMetabase({ control }: FakeMetabase): Picture {
  const { users, groups } = control.state();
  const people = users.filter(({ type }) => type === 'personal');
  return {
    people: Object.fromEntries(
      people.map((user) => [user.email, { ...personOf(user), groups: user.groupNames.toSorted() }]),
    ),
    groups: groups.map(({ name }) => name).toSorted(),
    invitations: {},
  };
}

function pictureOfRetool({ control }: FakeRetool): Picture {
  const { users, groups, invitations } = control.state();
  const nameOf = new Map(groups.map(({ id, name }) => [id, name]));
  const open = invitations.filter(({ state }) => state === 'open');
  const named = open.map(({ email, groups: ids }): [string, Invitation] => {
    return [email, { licence: '', groups: ids.map((id) => nameOf.get(id) ?? String(id)).toSorted() }];
  });
  return {
    people: Object.fromEntries(
      users.map((user) => [user.email, { ...personOf(user), groups: user.groupNames.toSorted() }]),
    ),
    groups: groups.map(({ name }) => name).toSorted(),
    invitations: byAddress(named),
  };
}

interface Named {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly active: boolean;
}

function personOf({ firstName, lastName, active }: Named) {
  return { name: `${firstName ?? ''} ${lastName ?? ''}`.trim(), state: active ? 'active' : 'inactive' } as const;
}

function byAddress(sent: readonly (readonly [string, Invitation])[]): Record<string, Invitation[]> {
  const grouped: Record<string, Invitation[]> = {};
  for (const [email, invitation] of sent) (grouped[email] ??= []).push(invitation);
  return grouped;
}

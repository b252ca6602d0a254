import { addsByHand } from './by-hand.js';
import { accepts, ada, everybodysGroups, fay, grace, inGroups, joined, left, type Player } from './cast.js';
import type { Dialect } from './dialect.js';
import type { IdentityProvider } from './identity-provider.js';
import type { Step } from './step.js';

const team = 'Data Eng';
const teamLater = 'Data Engineering';
/** Its members get a developer licence: the sandbox is configured so. */
const engineers = 'Analytics Engineers';

/** From the connection test to the last removal, as this identity provider goes about it. */
export function lifecycle(idp: IdentityProvider, dialect: Dialect): readonly Step[] {
  return [
    ...idp.connects,
    ...arrives(idp, ada),
    ...arrives(idp, grace),
    ...teamIsPushed(idp),
    ...profileChanges(idp),
    ...licenceIsEarned(idp),
    ...leavesAndReturns(idp, dialect),
    ...everythingEnds(idp),
  ];
}

function arrives(idp: IdentityProvider, player: Player): readonly Step[] {
  const { key, email, givenName } = player;
  return [
    { name: `${idp.name} looks for ${givenName} and finds nobody`, act: idp.matchUser(player, false) },
    {
      name: `${idp.name} creates ${givenName}: dbt sends an invitation`,
      act: idp.createUser(player),
      dbt: { invitations: { [email]: { licence: 'read_only', groups: [] } } },
      tells: { about: key, dbt: 'invited' },
    },
    {
      name: `${givenName} accepts the invitation`,
      act: accepts(player),
      dbt: { invitations: { [email]: null }, people: { [email]: joined(player) } },
      tells: { about: key, dbt: 'active' },
    },
  ];
}

function teamIsPushed(idp: IdentityProvider): readonly Step[] {
  return [
    { name: `${idp.name} looks for the group ${team} and finds none`, act: idp.matchGroup(team) },
    { name: `${idp.name} creates the group`, act: idp.createGroup(team), dbt: { groups: { [team]: 'made' } } },
    {
      name: 'A dbt administrator adds Fay to the group by hand',
      act: addsByHand(fay.email, team, ['dbt']),
      dbt: { people: { [fay.email]: inGroups(team) } },
    },
    {
      name: `${idp.name} adds Ada to the group: Fay stays`,
      act: idp.addMember(team, ada),
      dbt: { people: { [ada.email]: inGroups(team) } },
    },
    {
      name: `${idp.name} renames the group: its members stay`,
      act: idp.renameGroup(team, teamLater),
      dbt: { groups: { [team]: { renamedTo: teamLater } } },
    },
    ...idp.swapMembers(team, teamLater, { out: ada, in: grace }),
  ];
}

function profileChanges(idp: IdentityProvider): readonly Step[] {
  return [
    { name: `${idp.name} reads Ada before it changes her profile`, act: idp.readUser(ada) },
    {
      name: `${idp.name} gives Ada a new family name`,
      act: idp.changeFamilyName(ada, 'King'),
      dbt: { people: { [ada.email]: { name: 'Ada King' } } },
    },
  ];
}

function licenceIsEarned(idp: IdentityProvider): readonly Step[] {
  return [
    { name: `${idp.name} looks for the group ${engineers} and finds none`, act: idp.matchGroup(engineers) },
    {
      name: `${idp.name} creates the group`,
      act: idp.createGroup(engineers),
      dbt: { groups: { [engineers]: 'made' } },
    },
    {
      name: `${idp.name} adds Ada to it: she becomes a developer`,
      act: idp.addMember(engineers, ada),
      dbt: { people: { [ada.email]: { licence: 'developer', ...inGroups(engineers) } } },
    },
  ];
}

function leavesAndReturns(idp: IdentityProvider, dialect: Dialect): readonly Step[] {
  return [
    {
      name: `${idp.name} deactivates Ada`,
      act: idp.setActive(ada, false),
      dbt: { people: { [ada.email]: left } },
      tells: { about: ada.key, dbt: 'inactive' },
    },
    { name: `${idp.name} still finds Ada before it assigns her again`, act: idp.matchUser(ada, true) },
    ...returns[dialect](idp),
    ...idp.afterReturn(ada),
  ];
}

/** What Ada had when she left, apart from what was never Drawbridge's to give back. */
const asBefore = { state: 'active', licence: 'developer', groups: [engineers] } as const;

const returns: Readonly<Record<Dialect, (idp: IdentityProvider) => readonly Step[]>> = {
  v2: (idp) => [
    {
      name: `${idp.name} reactivates Ada: dbt takes her back at once, licence and group included`,
      act: idp.setActive(ada, true),
      dbt: { people: { [ada.email]: asBefore } },
      tells: { about: ada.key, dbt: 'active' },
    },
  ],
  // The platform API keeps nobody who was removed: coming back takes a new invitation.
  platform: (idp) => [
    {
      name: `${idp.name} reactivates Ada: dbt invites her again, licence and group included`,
      act: idp.setActive(ada, true),
      dbt: { invitations: { [ada.email]: { licence: asBefore.licence, groups: asBefore.groups } } },
      tells: { about: ada.key, dbt: 'invited' },
    },
    {
      name: 'Ada accepts the new invitation',
      act: accepts(ada),
      dbt: { invitations: { [ada.email]: null }, people: { [ada.email]: asBefore } },
      tells: { about: ada.key, dbt: 'active' },
    },
  ],
};

function everythingEnds(idp: IdentityProvider): readonly Step[] {
  return [
    {
      name: `${idp.name} deletes ${engineers}: Ada is no developer any more`,
      act: idp.deleteGroup(engineers),
      dbt: { groups: { [engineers]: 'gone' }, people: { [ada.email]: { licence: 'read_only' } } },
    },
    {
      name: `${idp.name} deletes ${teamLater}: Grace leaves it, and dbt keeps it for Fay, who is not ours to remove`,
      act: idp.deleteGroup(team),
      dbt: { people: { [grace.email]: { groups: everybodysGroups } } },
    },
    {
      name: `${idp.name} removes Grace for good`,
      act: idp.removeUser(grace),
      dbt: { people: { [grace.email]: left } },
    },
  ];
}

/** How many mails each person should have received by the end: one an invitation, none twice. */
export function mailsSent(dialect: Dialect): Readonly<Record<string, number>> {
  return { [ada.email]: dialect === 'platform' ? 2 : 1, [grace.email]: 1 };
}

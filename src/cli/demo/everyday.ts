import { addsByHand, removesByHand, renamesByHand } from './by-hand.js';
import { accepts, ada, everybodysGroups, fay, grace, joined, left, type Player } from './cast.js';
import type { IdentityProvider } from './identity-provider.js';
import type { Person } from './picture.js';
import type { ByHand, Step } from './step.js';
import type { ToolName, Tools } from './tools.js';

/** Its members get a developer licence in dbt: the sandbox is configured so. */
const team = 'Analytics Engineers';
/** Made by hand in each tool, and nobody's but the people's who made it. */
export const foreignGroup = 'Marketing';

/** One person and one group arrive in three tools, drift, are repaired, and leave; a tool that is away delays nobody. */
export function everyday(idp: IdentityProvider): readonly Step[] {
  return [...idp.connects, ...arrive(idp), ...drift(idp), ...oneThrottles(idp), ...oneIsDown(idp), ...leave(idp)];
}

function arrive(idp: IdentityProvider): readonly Step[] {
  return [
    { name: `${idp.name} looks for Ada and finds nobody`, act: idp.matchUser(ada, false) },
    {
      name: `${idp.name} creates Ada: Metabase and Retool have her at once, dbt sends an invitation`,
      act: idp.createUser(ada),
      dbt: { invitations: { [ada.email]: { licence: 'read_only', groups: [] } } },
      metabase: { people: { [ada.email]: newcomer(ada) } },
      retool: { people: { [ada.email]: newcomer(ada) } },
      tells: { about: ada.key, dbt: 'invited', metabase: 'active', retool: 'active' },
    },
    {
      name: 'Ada accepts the invitation',
      act: accepts(ada),
      dbt: { invitations: { [ada.email]: null }, people: { [ada.email]: joined(ada) } },
      tells: { about: ada.key, ...everywhere('active') },
    },
    { name: `${idp.name} looks for the group ${team} and finds none`, act: idp.matchGroup(team) },
    {
      name: `${idp.name} creates the group, in all three`,
      act: idp.createGroup(team),
      ...everywhere({ groups: { [team]: 'made' } }),
    },
    {
      name: `${idp.name} adds Ada to the group: in dbt she becomes a developer with it`,
      act: idp.addMember(team, ada),
      ...everywhere((tool) => ({ people: { [ada.email]: memberOf(tool, team) } })),
    },
  ];
}

function drift({ name: idp }: IdentityProvider): readonly Step[] {
  const putRight = [`add ${ada.email} to ${team}`, `update ${ada.email}: firstName ${ada.givenName}`];
  return [
    {
      name: 'In each tool somebody adds Fay to the group by hand',
      act: addsByHand(fay.email, team),
      ...everywhere((tool) => ({ people: { [fay.email]: groupsIn(tool, foreignGroup, team) } })),
    },
    {
      name: `In each tool somebody puts Ada into ${foreignGroup}, of which ${idp} knows nothing`,
      act: addsByHand(ada.email, foreignGroup),
      ...everywhere((tool) => ({ people: { [ada.email]: groupsIn(tool, foreignGroup, team) } })),
    },
    {
      name: `In each tool somebody takes Ada out of ${team}`,
      act: removesByHand(ada.email, team),
      ...everywhere((tool) => ({ people: { [ada.email]: groupsIn(tool, foreignGroup) } })),
    },
    {
      name: 'In each tool somebody gives Ada another name',
      act: renamesByHand(ada.email, 'Addie'),
      ...everywhere({ people: { [ada.email]: { name: `Addie ${ada.familyName}` } } }),
    },
    {
      name: `Drawbridge looks at everything: what is ours is put right, Fay and ${foreignGroup} stay as they are`,
      act: { kind: 'sync' },
      ...everywhere((tool) => ({
        people: {
          [ada.email]: { name: `${ada.givenName} ${ada.familyName}`, ...groupsIn(tool, foreignGroup, team) },
        },
      })),
      repaired: everywhere(putRight),
    },
  ];
}

function oneThrottles(idp: IdentityProvider): readonly Step[] {
  return [
    {
      name: 'Retool begins to throttle every call',
      act: fails((tools) => {
        const fault = { kind: 'rate-limited', header: 'seconds', seconds: 1 } as const;
        tools.retool.control.faults.add({ times: Infinity, fault });
      }),
    },
    { name: `${idp.name} looks for Grace and finds nobody`, act: idp.matchUser(grace, false) },
    {
      name: `${idp.name} creates Grace: dbt and Metabase do not wait for Retool`,
      act: idp.createUser(grace),
      dbt: { invitations: { [grace.email]: { licence: 'read_only', groups: [] } } },
      metabase: { people: { [grace.email]: newcomer(grace) } },
      behind: 'retool',
      tells: { about: grace.key, dbt: 'invited', metabase: 'active', retool: 'pending' },
    },
    {
      name: 'Grace accepts the invitation',
      act: accepts(grace),
      dbt: { invitations: { [grace.email]: null }, people: { [grace.email]: joined(grace) } },
      behind: 'retool',
      tells: { about: grace.key, dbt: 'active', metabase: 'active', retool: 'pending' },
    },
    {
      name: 'Retool takes calls again, and catches up by itself',
      act: fails((tools) => {
        tools.retool.control.faults.clear();
      }),
      retool: { people: { [grace.email]: newcomer(grace) } },
      tells: { about: grace.key, ...everywhere('active') },
    },
  ];
}

function oneIsDown(idp: IdentityProvider): readonly Step[] {
  const inTeam = (tool: ToolName) => ({ people: { [grace.email]: memberOf(tool, team) } });
  return [
    {
      name: 'Metabase goes down for maintenance',
      act: fails((tools) => {
        const fault = { kind: 'status', status: 503, headers: { 'retry-after': '1' } } as const;
        tools.metabase.control.faults.add({ times: Infinity, fault });
      }),
    },
    {
      name: `${idp.name} adds Grace to the group: dbt and Retool do not wait for Metabase`,
      act: idp.addMember(team, grace),
      dbt: inTeam('dbt'),
      retool: inTeam('retool'),
      behind: 'metabase',
    },
    {
      name: 'Metabase is back, and catches up by itself',
      act: fails((tools) => {
        tools.metabase.control.faults.clear();
      }),
      metabase: inTeam('metabase'),
    },
  ];
}

function leave(idp: IdentityProvider): readonly Step[] {
  return [
    {
      name: `${idp.name} deactivates Ada: out of all three`,
      act: idp.setActive(ada, false),
      ...everywhere((tool) => ({ people: { [ada.email]: tool === 'dbt' ? left : { state: 'inactive' } } })),
      tells: { about: ada.key, ...everywhere('inactive') },
    },
    {
      name: 'In each tool somebody takes Fay out of the group again',
      act: removesByHand(fay.email, team),
      ...everywhere((tool) => ({ people: { [fay.email]: groupsIn(tool, foreignGroup) } })),
    },
    {
      name: `${idp.name} deletes the group: it is gone from all three, and Grace is no developer any more`,
      act: idp.deleteGroup(team),
      ...everywhere({ groups: { [team]: 'gone' } }),
      dbt: { groups: { [team]: 'gone' }, people: { [grace.email]: { licence: 'read_only' } } },
    },
  ];
}

const fails = (edit: (tools: Tools) => void): ByHand => ({ kind: 'by-hand', edit });

/** The same, or what is alike, for every tool. */
function everywhere<T>(of: T | ((tool: ToolName) => T)): Record<ToolName, T> {
  const each = (tool: ToolName): T => (of instanceof Function ? of(tool) : of);
  return { dbt: each('dbt'), metabase: each('metabase'), retool: each('retool') };
}

/** Every account is in these; they are not Drawbridge's. */
const alwaysIn: Readonly<Record<ToolName, readonly string[]>> = {
  dbt: everybodysGroups,
  metabase: ['All Users'],
  retool: ['All Users'],
};

function groupsIn(tool: ToolName, ...names: readonly string[]): Pick<Person, 'groups'> {
  return { groups: [...alwaysIn[tool], ...names].toSorted() };
}

/** Somebody new where accounts are made at once, without licences. */
function newcomer({ givenName, familyName }: Player): Person {
  return { name: `${givenName} ${familyName}`, state: 'active', groups: ['All Users'] };
}

function memberOf(tool: ToolName, group: string): Partial<Person> {
  return { ...groupsIn(tool, group), ...(tool === 'dbt' ? { licence: 'developer' } : {}) };
}

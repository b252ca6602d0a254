import type { Person } from './picture.js';
import type { ByHand } from './step.js';

/** Somebody the identity provider provisions. At dbt `ada.lovelace@…` introduces herself as Ada Lovelace. */
export interface Player {
  /** What the identity provider remembers the person under. */
  readonly key: string;
  readonly email: string;
  readonly givenName: string;
  readonly familyName: string;
}

export const ada = {
  key: 'ada',
  email: 'ada.lovelace@acme.test',
  givenName: 'Ada',
  familyName: 'Lovelace',
} as const satisfies Player;
export const grace = {
  key: 'grace',
  email: 'grace.hopper@acme.test',
  givenName: 'Grace',
  familyName: 'Hopper',
} as const satisfies Player;

/** Somebody an administrator let in by hand, whom no identity provider has ever spoken of. */
export const fay = { email: 'fay.foreign@acme.test', firstName: 'Fay', lastName: 'Foreign' } as const;

/** Every account gets these at dbt unless its invitation names others; they are not Drawbridge's. */
export const everybodysGroups: readonly string[] = ['Everyone', 'Member'];

/** Only dbt has people wait for an account until they accept. */
export function accepts({ email }: Player): ByHand {
  return { kind: 'by-hand', edit: ({ dbt }) => dbt.control.invitations.accept(email) };
}

/** Somebody who has just accepted an invitation that named no groups. */
export function joined({ givenName, familyName }: Player): Person {
  return { name: `${givenName} ${familyName}`, state: 'active', licence: 'read_only', groups: everybodysGroups };
}

/** dbt frees the seat of somebody deactivated and takes them out of every group. */
export const left: Partial<Person> = { state: 'inactive', licence: 'none', groups: [] };

export function inGroups(...names: readonly string[]): Pick<Person, 'groups'> {
  return { groups: [...everybodysGroups, ...names].toSorted() };
}

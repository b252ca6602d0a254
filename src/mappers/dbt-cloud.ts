import type { DesiredAccount, DesiredGroup, GroupKey, Licence, Mapped, MappingProblem } from '../model/account.js';
import { fold } from '../model/fold.js';
import type { ScimGroup } from '../model/scim-group.js';
import type { ScimUser } from '../model/scim-user.js';
import type { DbtCloudConfig } from '../model/target-config.js';

/** One SCIM group a person is in, or was given once and has left again. */
export interface Membership {
  readonly group: ScimGroup;
  readonly present: boolean;
}

/** dbt Cloud's licences by the letters of their name, so that `Read-Only` and `read_only` are one. */
const licences: Readonly<Record<string, Licence>> = {
  developer: 'developer',
  readonly: 'read_only',
  it: 'it',
  analyst: 'analyst',
};

/** When somebody's groups earn several licences, the widest wins; the configuration's own order decides the rest. */
const precedence: readonly Licence[] = ['developer', 'it'];

/**
 * The dbt Cloud account a SCIM user should have, given the groups the identity provider put them in.
 *
 * Somebody outside `assign.groups` is the problem `not-assigned`: they should have no account here. For somebody
 * inactive the licence does not matter, so a bad one is no problem then.
 */
export function mapDbtAccount(
  user: ScimUser,
  memberships: readonly Membership[],
  config: DbtCloudConfig,
): Mapped<DesiredAccount> {
  const held = memberships.filter(({ group, present }) => present && !group.deleted).map(({ group }) => group);
  if (!isAssigned(held, config)) return problem('not-assigned', notAssigned(user, config));

  // A leaver without an address must still be found by the account they are linked to.
  const email = addressOf(user) ?? (user.active ? undefined : user.userName.trim());
  if (email === undefined) return problem('no-email', `${user.userName} has no e-mail address to invite`);

  const licence = licenceOf(user, held, config);
  if (licence === undefined && user.active) {
    return problem('unknown-licence', `dbt Cloud has no licence ${user.licenseType ?? ''}; use ${licenceNames()}`);
  }
  return {
    ok: true,
    value: {
      userId: user.id,
      correlationKey: fold(email), // the one place addresses are normalised
      email,
      active: user.active,
      attributes: namesOf(user),
      licence: licence ?? config.licence.default,
      entitlements: new Set(user.active ? held.flatMap((group) => keysOf(group, config)) : []),
      owned: new Set(memberships.flatMap(({ group }) => keysOf(group, config))),
    },
  };
}

/**
 * The dbt Cloud groups a SCIM group stands for: the ones the operator's map names, else its own.
 *
 * Several SCIM groups may be mapped to one name. They then share a key and differ at most in `wanted`: the group is
 * wanted as long as one of them is.
 */
export function mapDbtGroup(group: ScimGroup, config: DbtCloudConfig): DesiredGroup[] {
  const { create: mayCreate, membership } = config.groups;
  const common = { wanted: !group.deleted, mayCreate, membership };
  const names = mappedNames(group, config);
  if (names === undefined) return [{ key: `scim:${group.id}`, name: group.displayName, ...common }];
  return names.map((name) => ({ key: `name:${name}`, name, ...common }));
}

function keysOf(group: ScimGroup, config: DbtCloudConfig): GroupKey[] {
  return mappedNames(group, config)?.map((name) => `name:${name}`) ?? [`scim:${group.id}`];
}

/** Names are looked up as data: a group called `constructor` is mapped by nobody. */
function mappedNames(group: ScimGroup, { groups: { map } }: DbtCloudConfig): readonly string[] | undefined {
  return Object.hasOwn(map, group.displayName) ? map[group.displayName] : undefined;
}

function isAssigned(held: readonly ScimGroup[], { assign }: DbtCloudConfig): boolean {
  return assign.groups === undefined || isInOneOf(held, assign.groups);
}

function notAssigned(user: ScimUser, { assign }: DbtCloudConfig): string {
  return `${user.userName} is in none of the groups that get an account here: ${(assign.groups ?? []).join(', ')}`;
}

/** The primary address, else the one for work, else the first, else a user name that is an address. */
function addressOf({ emails, userName }: ScimUser): string | undefined {
  const candidates = [
    ...emails.filter((email) => email.primary === true),
    ...emails.filter((email) => fold(email.type ?? '') === 'work'),
    ...emails,
  ].map((email) => email.value);
  return [...candidates, userName].map((each) => each.trim()).find((each) => /^[^\s@]+@[^\s@]+$/.test(each));
}

/** @returns undefined when the identity provider names a licence dbt Cloud does not have */
function licenceOf(user: ScimUser, held: readonly ScimGroup[], config: DbtCloudConfig): Licence | undefined {
  const asked = user.licenseType?.trim() ?? '';
  if (asked !== '') return licenceNamed(asked);
  const { byGroup } = config.licence;
  const inOrder = [...new Set([...precedence, ...Object.keys(byGroup)])];
  return inOrder.find((licence) => isInOneOf(held, byGroup[licence] ?? [])) ?? config.licence.default;
}

function licenceNamed(text: string): Licence | undefined {
  const letters = fold(text).replace(/[\s_-]/g, '');
  return Object.hasOwn(licences, letters) ? licences[letters] : undefined;
}

const licenceNames = (): string => Object.values(licences).join(', ');

function isInOneOf(held: readonly ScimGroup[], names: readonly string[]): boolean {
  return held.some((group) => names.includes(group.displayName));
}

/** Blank is absent: dbt Cloud refuses an empty name, and the identity provider meant to say nothing. */
function namesOf(user: ScimUser): DesiredAccount['attributes'] {
  const firstName = given(user.name?.givenName);
  const lastName = given(user.name?.familyName);
  if (firstName !== undefined || lastName !== undefined) return { firstName, lastName };
  return twoNames(user.name?.formatted) ?? twoNames(user.displayName) ?? {};
}

function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
}

/** Splits a full name only where the order is beyond doubt: two words, in a script that puts the given name first. */
function twoNames(full: string | undefined): DesiredAccount['attributes'] | undefined {
  const [firstName, lastName, ...further] = (full ?? '').trim().split(/\s+/);
  if (firstName === undefined || lastName === undefined || further.length > 0) return undefined;
  if (/[,@\d]|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(full ?? ''))
    return undefined;
  return { firstName, lastName };
}

function problem(
  code: MappingProblem['code'],
  message: string,
): { readonly ok: false; readonly problem: MappingProblem } {
  return { ok: false, problem: { code, message } };
}

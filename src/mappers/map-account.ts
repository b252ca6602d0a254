import type { DesiredAccount, Licence, Mapped, MappingProblem, Profile } from '../model/account.js';
import { fold } from '../model/fold.js';
import type { ScimGroup } from '../model/scim-group.js';
import type { ScimUser } from '../model/scim-user.js';
import type { TargetConfig } from '../model/target-config.js';
import { groupKeys } from './map-groups.js';
import type { Membership } from './membership.js';
import { personNames } from './person-names.js';

type AccountRules = Pick<TargetConfig, 'groups' | 'assign' | 'licence'>;

/** What one target makes of the parts in which targets differ. */
export interface TargetRules {
  /** The groups given are those the person is in. A problem is one only for somebody active. */
  readonly licence: (user: ScimUser, held: readonly ScimGroup[]) => Mapped<Licence>;
  readonly names?: ((user: ScimUser, email: string) => DesiredAccount['attributes']) | undefined;
  readonly profile?: ((user: ScimUser) => Profile) | undefined;
  /** What accounts are found by, before folding. Default: the e-mail address. */
  readonly correlateBy?: ((user: ScimUser, email: string) => string) | undefined;
  /** True: people need no address there; the user name stands in. */
  readonly withoutEmail?: boolean | undefined;
}

/**
 * The account a SCIM user should have in a target, given the groups the identity provider put them in.
 *
 * Somebody outside `assign.groups` is the problem `not-assigned`: they should have no account here. For somebody
 * inactive the licence does not matter, so a bad one is no problem then.
 */
export function mapAccount(
  user: ScimUser,
  memberships: readonly Membership[],
  config: AccountRules,
  rules: TargetRules,
): Mapped<DesiredAccount> {
  const held = memberships.filter(({ group, present }) => present && !group.deleted).map(({ group }) => group);
  if (!isAssigned(held, config)) return problem('not-assigned', notAssigned(user, config));

  // A leaver without an address must still be found by the account they are linked to.
  const canDoWithout = !user.active || rules.withoutEmail === true;
  const email = addressOf(user) ?? (canDoWithout ? user.userName.trim() : undefined);
  if (email === undefined) return problem('no-email', `${user.userName} has no e-mail address`);

  const licence = rules.licence(user, user.active ? held : []);
  if (!licence.ok && user.active) return licence;
  const correlateBy = rules.correlateBy?.(user, email) ?? email;
  return {
    ok: true,
    value: {
      userId: user.id,
      correlationKey: fold(correlateBy), // the one place addresses are normalised
      email,
      active: user.active,
      attributes: (rules.names ?? personNames)(user, email),
      profile: rules.profile?.(user),
      licence: licence.ok ? licence.value : config.licence.default,
      entitlements: new Set(user.active ? held.flatMap((group) => groupKeys(group, config)) : []),
      owned: new Set(memberships.flatMap(({ group }) => groupKeys(group, config))),
    },
  };
}

export function problem(
  code: MappingProblem['code'],
  message: string,
): { readonly ok: false; readonly problem: MappingProblem } {
  return { ok: false, problem: { code, message } };
}

/** Whether somebody is in one of the groups of these names. */
export function isInOneOf(held: readonly ScimGroup[], names: readonly string[]): boolean {
  return held.some((group) => names.includes(group.displayName));
}

function isAssigned(held: readonly ScimGroup[], { assign }: AccountRules): boolean {
  return assign.groups === undefined || isInOneOf(held, assign.groups);
}

function notAssigned(user: ScimUser, { assign }: AccountRules): string {
  return `${user.userName} is in none of the groups that get an account here: ${(assign.groups ?? []).join(', ')}`;
}

/** The primary address, else the one for work, else the first, else a user name that is an address. */
export function addressOf({ emails, userName }: Pick<ScimUser, 'emails' | 'userName'>): string | undefined {
  const candidates = [
    ...emails.filter((email) => email.primary === true),
    ...emails.filter((email) => fold(email.type ?? '') === 'work'),
    ...emails,
  ].map((email) => email.value);
  return [...candidates, userName].map((each) => each.trim()).find((each) => /^[^\s@]+@[^\s@]+$/.test(each));
}

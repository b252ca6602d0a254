import { noLicence, type DesiredAccount, type Profile } from '../model/account.js';
import { fold } from '../model/fold.js';
import type { ObservedAccount } from '../model/observation.js';
import type { AccountChange } from '../model/operation.js';
import type { Capabilities } from '../targets/target.js';

/**
 * What must change about the account itself; undefined when nothing must.
 *
 * What the directory says nothing about stays, as does what the target does not let anybody edit: names single sign-on
 * owns, an address that is fixed.
 */
export function planAttributes(
  desired: DesiredAccount,
  account: ObservedAccount,
  capabilities: Capabilities,
): AccountChange | undefined {
  const { firstName, lastName } = desired.attributes;
  const editsNames = capabilities.editsNames && account.namesLocked !== true;
  const change: { -readonly [name in keyof AccountChange]: AccountChange[name] } = {};
  if (desired.licence !== noLicence && desired.licence !== account.licence) change.licence = desired.licence;
  if (editsNames && firstName !== undefined && firstName !== account.firstName) change.firstName = firstName;
  if (editsNames && lastName !== undefined && lastName !== account.lastName) change.lastName = lastName;
  if (capabilities.editsAddress && desired.correlationKey !== account.correlationKey) change.email = desired.email;
  const profile = differing(desired.profile ?? {}, account.profile ?? {}, capabilities.profile);
  if (profile !== undefined) change.profile = profile;
  return Object.keys(change).length > 0 ? change : undefined;
}

function differing(desired: Profile, observed: Profile, kept: readonly string[] | undefined): Profile | undefined {
  const changed = Object.entries(desired)
    .filter(([name]) => kept?.includes(name) ?? true)
    .filter(([name, value]) => !isSame(name, value, observed[name]));
  return changed.length > 0 ? Object.fromEntries(changed) : undefined;
}

/** Servers may keep these in a spelling of their own: case makes no difference in them (RFC 7643 §4.1). */
const foldedAttributes = new Set(['userName', 'emails']);

function isSame(name: string, desired: string, observed: string | undefined): boolean {
  if (desired === observed) return true;
  return foldedAttributes.has(name) && observed !== undefined && fold(desired) === fold(observed);
}

import type { Account } from './account.js';
import { join } from './acceptance.js';
import { openInvite } from './invites.js';
import { activeLicence } from './licences.js';
import { defaultGroups } from './memberships.js';
import { ensureActive, findPerson } from './people.js';
import { inviteStatus } from './records.js';
import type { LicenceType, Person } from './records.js';
import { notFound } from './refusal.js';

/**
 * What one single sign-on does: groups become exactly those mapped to the identity provider's groups plus the default
 * ones, the licence follows the licence maps, and an accepted invitation is redeemed.
 *
 * @throws {Refusal} 404 for somebody who is neither a member nor accepted; 400 without a free seat
 */
export function ssoLogin(account: Account, email: string, idpGroups: readonly string[]): Person {
  const licence = mappedLicence(account, idpGroups);
  const person = memberOrInvitee(account, email, licence);
  ensureActive(account, person, licence);
  person.groups = new Set([...mappedGroups(account, idpGroups), ...defaultGroups(account)]);
  person.lastLogin = account.now();
  return person;
}

function memberOrInvitee(account: Account, email: string, licence: LicenceType): Person {
  const person = findPerson(account, email);
  if (person !== undefined && activeLicence(account, person) !== undefined) return person;
  const invite = openInvite(account, email);
  if (invite?.status !== inviteStatus.awaitingLogin) throw notFound();
  return join(account, invite, licence);
}

function mappedGroups(account: Account, idpGroups: readonly string[]): number[] {
  const live = [...account.data.groups.values()].filter((each) => each.state === 1);
  return live.filter((each) => each.ssoMappingGroups.some((name) => idpGroups.includes(name))).map((each) => each.id);
}

/** Developer wins over every other match, and stands where nothing matches. */
function mappedLicence(account: Account, idpGroups: readonly string[]): LicenceType {
  const matching = [...account.data.licenceMaps.values()].filter((map) =>
    map.ssoGroups.some((name) => idpGroups.includes(name)),
  );
  const types = matching.map((map) => map.licence);
  return types.includes('developer') ? 'developer' : (types[0] ?? 'developer');
}

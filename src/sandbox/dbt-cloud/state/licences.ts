import type { Account } from './account.js';
import { newLicenceId } from './ids.js';
import { invalid, notFound } from './refusal.js';
import { licenceTypes } from './records.js';
import type { Licence, LicenceType, Person } from './records.js';
import { requireSeats } from './seats.js';
import { bornUnknown } from './unknown-fields.js';

/** The latest licence in this account, removed or not. */
export function licenceHere(account: Account, person: Person): Licence | undefined {
  return person.licences.findLast((each) => each.accountId === account.id);
}

/** The licence that makes the person a member of this account now. */
export function activeLicence(account: Account, person: Person): Licence | undefined {
  const licence = licenceHere(account, person);
  return licence?.state === 1 ? licence : undefined;
}

/** @throws {Refusal} 400 for a type the vendor does not know */
export function licenceType(value: string): LicenceType {
  const type = licenceTypes.find((each) => each === value);
  if (type === undefined) throw invalid(`"${value}" is not a valid choice for license_type.`);
  return type;
}

/** Gives a new licence with a new id, even to somebody who had one before. @throws {Refusal} 400 without a free seat */
export function issueLicence(account: Account, person: Person, type: LicenceType): Licence {
  requireSeats(account, type, 1);
  const licence: Licence = {
    id: newLicenceId(account.data, person.id),
    accountId: account.id,
    userId: person.id,
    type,
    state: 1,
    scimManaged: false,
    unknown: bornUnknown(account, 'licence'),
  };
  person.licences = [...person.licences, licence];
  return licence;
}

/** @throws {Refusal} 400 when the new type has no free seat */
export function changeLicence(account: Account, licence: Licence, type: LicenceType): void {
  if (licence.type === type) return;
  requireSeats(account, type, 1);
  licence.type = type;
}

/** @throws {Refusal} 404 for an id that is no licence of this account */
export function holderOf(account: Account, licenceId: number): { person: Person; licence: Licence } {
  for (const person of account.data.people.values()) {
    const licence = person.licences.find((each) => each.id === licenceId && each.accountId === account.id);
    if (licence !== undefined) return { person, licence };
  }
  throw notFound();
}

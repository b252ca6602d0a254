import { fold } from '../../../model/fold.js';
import type { Account } from './account.js';
import { newUserId } from './ids.js';
import { activeLicence, changeLicence, issueLicence, licenceHere } from './licences.js';
import type { LicenceType, Person } from './records.js';
import { invalid, notFound } from './refusal.js';
import { bornUnknown } from './unknown-fields.js';

export function findPerson(account: Account, email: string): Person | undefined {
  const id = account.data.byEmail.get(fold(email));
  return id === undefined ? undefined : account.data.people.get(id);
}

/** @throws {Refusal} 404 */
export function personById(account: Account, id: number): Person {
  const person = account.data.people.get(id);
  if (person === undefined) throw notFound();
  return person;
}

/** A person the vendor did not know yet, without any licence. @throws {Refusal} 400 when the address is taken */
export function addPerson(
  account: Account,
  { email, firstName, lastName, listedUnlicensed = false }: NewPerson,
): Person {
  requireFreeEmail(account, email);
  const at = account.now();
  const person: Person = {
    id: newUserId(account.data),
    email,
    firstName,
    lastName,
    lastLogin: null,
    createdAt: at,
    updatedAt: at,
    licences: [],
    groups: new Set(),
    listedUnlicensed,
    unknown: bornUnknown(account, 'user'),
  };
  account.data.people.set(person.id, person);
  account.data.byEmail.set(fold(email), person.id);
  return person;
}

export interface NewPerson {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly listedUnlicensed?: boolean | undefined;
}

/** @throws {Refusal} 400 when somebody else has the address, whatever its case */
export function changeEmail(account: Account, person: Person, email: string): void {
  requireFreeEmail(account, email, person.id);
  account.data.byEmail.delete(fold(person.email));
  account.data.byEmail.set(fold(email), person.id);
  person.email = email;
}

/** Ends the licence and frees its seat; the person's record, id and names stay. */
export function removeFromAccount(account: Account, person: Person, keepGroups = false): void {
  const licence = licenceHere(account, person);
  if (licence !== undefined) licence.state = 2;
  if (!keepGroups) person.groups = new Set();
  person.updatedAt = account.now();
}

/** Makes the person active with that licence, whether they are now or not. @throws {Refusal} 400 without a seat */
export function ensureActive(account: Account, person: Person, type: LicenceType): void {
  const current = activeLicence(account, person);
  if (current === undefined) issueLicence(account, person, type);
  else changeLicence(account, current, type);
}

/** @throws {Refusal} 400 when somebody but `own` has the address, whatever its case */
export function requireFreeEmail(account: Account, email: string, own?: number): void {
  const holder = account.data.byEmail.get(fold(email));
  if (holder !== undefined && holder !== own) throw invalid('A user with this email already exists.');
}

import type { DbtCore } from '../dbt-core.js';
import type { Account } from '../state/account.js';
import { activeLicence, changeLicence, issueLicence } from '../state/licences.js';
import { defaultGroups, requireGroups } from '../state/memberships.js';
import { addPerson, changeEmail, findPerson, personById, removeFromAccount } from '../state/people.js';
import type { Licence, LicenceType, Person } from '../state/records.js';
import { invalid, notFound } from '../state/refusal.js';
import { ssoLogin } from '../state/sso.js';

/** A user by id or by e-mail address. */
export type UserRef = number | string;

export interface AddedUser {
  readonly email: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** Default `read_only`; null for somebody listed without any licence. */
  readonly licence?: LicenceType | null | undefined;
  /** Default: the groups everybody gets. */
  readonly groups?: readonly number[] | undefined;
  readonly lastLogin?: number | null | undefined;
}

/** What somebody else does to users in the vendor's own interface. Everything throws `Refusal` as the API would. */
export interface UserEdits {
  /** Somebody nobody provisioned; returns the user id. */
  add(user: AddedUser): number;
  deactivate(who: UserRef): void;
  changeLicence(who: UserRef, licence: LicenceType): void;
  rename(who: UserRef, names: { firstName?: string | undefined; lastName?: string | undefined }): void;
  changeEmail(who: UserRef, email: string): void;
  setScimManaged(who: UserRef, managed: boolean): void;
  /** One single sign-on with these groups of the identity provider; makes the user of an accepted invitation. */
  ssoLogin(email: string, idpGroups: readonly string[]): number;
}

export function userEdits(core: DbtCore): UserEdits {
  const { account } = core;
  const edit = (who: UserRef, work: (person: Person) => void) => {
    core.change(undefined, () => {
      work(findUser(account, who));
    });
  };
  return {
    add: (user) => core.change(undefined, () => addUser(account, user).id),
    deactivate: (who) => {
      edit(who, (person) => {
        removeFromAccount(account, person, account.rules.dialect === 'v2' && account.rules.deactivationKeepsGroups);
      });
    },
    changeLicence: (who, licence) => {
      edit(who, (person) => {
        changeLicence(account, licenceOf(account, person), licence);
      });
    },
    rename: (who, { firstName, lastName }) => {
      edit(who, (person) => {
        person.firstName = firstName ?? person.firstName;
        person.lastName = lastName ?? person.lastName;
      });
    },
    changeEmail: (who, email) => {
      edit(who, (person) => {
        changeEmail(account, person, email);
      });
    },
    setScimManaged: (who, managed) => {
      edit(who, (person) => {
        licenceOf(account, person).scimManaged = managed;
      });
    },
    ssoLogin: (email, idpGroups) => core.change(undefined, () => ssoLogin(account, email, idpGroups).id),
  };
}

/** @throws {Refusal} 404 */
export function findUser(account: Account, who: UserRef): Person {
  const person = typeof who === 'number' ? personById(account, who) : findPerson(account, who);
  if (person === undefined) throw notFound();
  return person;
}

function addUser(account: Account, user: AddedUser): Person {
  const groups = requireGroups(account, user.groups ?? defaultGroups(account));
  const licence = user.licence === undefined ? 'read_only' : user.licence;
  const person = addPerson(account, {
    email: user.email,
    firstName: user.firstName ?? 'Foreign',
    lastName: user.lastName ?? 'Member',
    listedUnlicensed: licence === null,
  });
  person.lastLogin = user.lastLogin ?? null;
  if (licence === null) return person;
  issueLicence(account, person, licence);
  person.groups = new Set(groups);
  return person;
}

function licenceOf(account: Account, person: Person): Licence {
  const licence = activeLicence(account, person);
  if (licence === undefined) throw invalid('The user has no license in this account.');
  return licence;
}

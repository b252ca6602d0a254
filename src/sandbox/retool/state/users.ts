import { Refusal } from '../../kit/refusal.js';
import { choices } from '../choices.js';
import { newLegacyId, userIdOf } from './ids.js';
import { emailKey } from './organisation.js';
import type { Organisation } from './organisation.js';
import type { Metadata, User, UserType } from './records.js';
import { noSuchUser } from './refusals.js';

const userIdForm = /^user_[0-9a-f]{32}$/;

export interface NewUser {
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly active?: boolean | undefined;
  readonly metadata?: Metadata | undefined;
  readonly userType?: UserType | undefined;
}

/** @throws {Refusal} 409 when somebody has the address, disabled or not */
export function addUser(org: Organisation, user: NewUser): User {
  requireFreeEmail(org, user.email);
  const legacyId = newLegacyId(org.data.counters);
  const added: User = {
    id: userIdOf(legacyId),
    legacyId,
    createdAt: org.now(),
    email: user.email,
    active: user.active ?? true,
    firstName: user.firstName,
    lastName: user.lastName,
    lastActive: null,
    metadata: user.metadata ?? {},
    twoFactor: false,
    userType: user.userType ?? 'default',
    sessions: 0,
    written: 0,
  };
  org.data.users.set(added.id, added);
  touch(org, added);
  return added;
}

/** @throws {Refusal} 404; for what cannot be an id, what the rule says */
export function userById(org: Organisation, id: string): User {
  if (!userIdForm.test(id)) throw new Refusal(org.rules.malformedUserId, 'User sid is misformatted: userId');
  const user = org.data.users.get(id);
  if (user === undefined) throw noSuchUser(id);
  return user;
}

export function userByEmail(org: Organisation, email: string): User | undefined {
  const key = emailKey(org, email);
  return [...org.data.users.values()].find((each) => emailKey(org, each.email) === key);
}

/** @throws {Refusal} 409 */
export function requireFreeEmail(org: Organisation, email: string): void {
  if (userByEmail(org, email) === undefined) return;
  throw new Refusal(choices.emailTaken, `User with email ${email} already exists`);
}

/** Marks a user as written last: that is where the list without `limit` shows them. */
export function touch(org: Organisation, user: User): void {
  org.data.counters.written += 1;
  user.written = org.data.counters.written;
}

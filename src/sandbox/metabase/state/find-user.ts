import { fold } from '../../../model/fold.js';
import type { User } from './records.js';
import { notFound } from './refusal.js';
import type { Site } from './site.js';

/** Whoever holds the address, in whatever case, active or not. */
export function findUser({ data }: Site, email: string): User | undefined {
  const id = data.byEmail.get(fold(email));
  return id === undefined ? undefined : data.users.get(id);
}

/** @throws {Refusal} 404 */
export function userById({ data }: Site, id: number): User {
  const user = data.users.get(id);
  if (user === undefined) throw notFound();
  return user;
}

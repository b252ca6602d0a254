import { createHash } from 'node:crypto';

/** The number spaces of an organisation: rows of users, groups and invites are counted separately. */
export interface Counters {
  user: number;
  group: number;
  invite: number;
  written: number;
}

/** Row numbers grow, and every third one is missing, as in a database that has seen failed inserts. */
export function newLegacyId(counters: Counters): number {
  counters.user += counters.user % 3 === 1 ? 2 : 1;
  return counters.user;
}

/** The same number gives the same id each time, so that two runs can be compared. */
export function userIdOf(legacyId: number): string {
  return `user_${digest(`user ${String(legacyId)}`)}`;
}

export function uuidOf(name: string): string {
  return digest(name).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

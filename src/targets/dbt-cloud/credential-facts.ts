import type { CredentialFacts, Seats } from '../target.js';
import type { DbtUser } from './dbt-user.js';
import type { Seats as FreeSeats } from './seats.js';

/** A personal token names its user; a service token names nobody. */
export const ownerOf = (id: string | undefined, seen: readonly DbtUser[]): string | undefined =>
  id === undefined ? undefined : (seen.find((user) => user.id === id)?.email ?? `user ${id}`);

/** What the reads above proved. dbt has no read that tells whether a token may write. */
export function rightsSeen(listsInvitations: boolean, showsSeats: boolean): Pick<CredentialFacts, 'may' | 'mayNot'> {
  const rights = {
    'read users': true,
    'read groups': true,
    'list invitations': listsInvitations,
    'see licences': showsSeats,
  };
  const named = (allowed: boolean): string[] =>
    Object.entries(rights).flatMap(([name, each]) => (each === allowed ? [name] : []));
  return { may: named(true), mayNot: named(false) };
}

/** Taken licences of each limited type. */
export function seatsUsed(seats: readonly FreeSeats[] | undefined): readonly Seats[] {
  return (seats ?? []).map(({ licence, total, available }) => ({ licence, total, used: total - available }));
}

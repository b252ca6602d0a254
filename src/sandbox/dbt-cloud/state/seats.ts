import type { Account } from './account.js';
import { isOpen } from './records.js';
import type { LicenceType } from './records.js';
import { invalid } from './refusal.js';

/** Seats of one type in use now, pending invitations counted only where the rules say they hold one. */
export function seatsInUse(account: Account, type: LicenceType): number {
  let used = 0;
  for (const person of account.data.people.values()) {
    const held = person.licences.some(
      (each) => each.accountId === account.id && each.state === 1 && each.type === type,
    );
    if (held) used += 1;
  }
  return used;
}

/** @throws {Refusal} 400 unless that many seats of the type are free */
export function requireSeats(account: Account, type: LicenceType, wanted: number): void {
  const total = account.rules.seats[type];
  if (total === null) return;
  const reserved = account.rules.pendingHoldsSeat ? pendingOf(account, type) : 0;
  if (seatsInUse(account, type) + reserved + wanted > total) throw invalid(`No ${type} licence available.`);
}

function pendingOf(account: Account, type: LicenceType): number {
  return [...account.data.invites.values()].filter((each) => isOpen(each) && each.licence === type).length;
}

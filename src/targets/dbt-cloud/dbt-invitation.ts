import { z } from 'zod';
import { fold } from '../../model/fold.js';
import type { ObservedInvitation } from '../../model/observation.js';
import { parseTimestamp } from '../parse-timestamp.js';
import { idAnswer } from './wire-id.js';

/** The vendor's numbers (openapi-v2.yaml), and the one word v2 answers with. */
const statuses: Readonly<Record<string, ObservedInvitation['status']>> = {
  1: 'pending',
  2: 'redeemed',
  3: 'expired',
  4: 'pending', // the address is still to be confirmed
  5: 'awaiting-login', // confirmed; the first single sign-on redeems it
  pending: 'pending',
  redeemed: 'redeemed',
  accepted: 'redeemed',
  expired: 'expired',
};

/** Reads an element of the list of invitations. */
export const invitationAnswer: z.ZodType<ObservedInvitation> = z
  .looseObject({
    id: idAnswer,
    email_address: z.string().nullish(),
    email: z.string().nullish(),
    license_type: z.string().nullish(),
    status: z.union([z.number(), z.string()]).nullish(),
    state: z.union([z.number(), z.string()]).nullish(),
    group_ids: z.array(idAnswer).nullish(),
    created_at: z.string().nullish(),
  })
  .transform((raw): ObservedInvitation => ({
    id: String(raw.id),
    correlationKey: fold((raw.email_address ?? raw.email ?? '').trim()),
    // A status nobody told us about must not lead to a second mail: it counts as pending.
    status: statuses[String(raw.status ?? raw.state)] ?? 'pending',
    licence: raw.license_type ?? undefined,
    groups: new Set((raw.group_ids ?? []).map(String)),
    createdAt: parseTimestamp(raw.created_at),
  }));

/** Newest first, by time where it is shown, else by id. */
export function newestFirst(invitations: readonly ObservedInvitation[]): ObservedInvitation[] {
  const age = (each: ObservedInvitation): number => each.createdAt ?? 0;
  return invitations.toSorted((a, b) => age(b) - age(a) || Number(b.id) - Number(a.id));
}

/** Whether it can still be accepted. */
export function isOpen(invitation: ObservedInvitation): boolean {
  return invitation.status === 'pending' || invitation.status === 'awaiting-login';
}

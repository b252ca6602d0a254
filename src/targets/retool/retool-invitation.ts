import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import type { ObservedInvitation } from '../../model/observation.js';
import { parseTimestamp } from '../parse-timestamp.js';
import { addressKey } from './retool-user.js';

/** One invitation, open or not. */
export interface RetoolInvitation {
  readonly id: RemoteId;
  readonly email: string;
  readonly correlationKey: string;
  /** The user it became; undefined until somebody accepts. */
  readonly claimedBy: RemoteId | undefined;
  /** Accepted, even if it does not say by whom. */
  readonly claimed: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  readonly createdAt: number | undefined;
  readonly userType: string | undefined;
  readonly groups: readonly RemoteId[];
}

const idAnswer = z.union([z.number().int(), z.string().min(1)]);

/** Reads an invitation. Its id is a number of a range of its own. */
export const invitationAnswer: z.ZodType<RetoolInvitation> = z
  .looseObject({
    id: idAnswer,
    invited_email: z.string(),
    // Without it an account would be mistaken for an invitation: absent is an error here, null is not.
    claimed_by: idAnswer.nullable(),
    claimed_at: z.string().nullish(),
    expires_at: z.string().nullish(),
    created_at: z.string().nullish(),
    user_type: z.string().nullish(),
    groups: z.array(z.looseObject({ id: idAnswer.nullish() })).nullish(),
  })
  .transform((raw): RetoolInvitation => ({
    id: String(raw.id),
    email: raw.invited_email,
    correlationKey: addressKey(raw.invited_email),
    claimedBy: raw.claimed_by === null ? undefined : String(raw.claimed_by),
    claimed: raw.claimed_by !== null || (raw.claimed_at ?? null) !== null,
    expiresAt: parseTimestamp(raw.expires_at),
    createdAt: parseTimestamp(raw.created_at),
    userType: raw.user_type ?? undefined,
    groups: (raw.groups ?? []).flatMap(({ id }) => (id === null || id === undefined ? [] : [String(id)])),
  }));

export type InvitationState = 'open' | 'claimed' | 'expired';

/** @param now milliseconds since the epoch */
export function stateOf(invitation: RetoolInvitation, now: number): InvitationState {
  if (invitation.claimed) return 'claimed';
  return invitation.expiresAt !== undefined && invitation.expiresAt <= now ? 'expired' : 'open';
}

const statuses = { open: 'pending', claimed: 'redeemed', expired: 'expired' } as const;

/** As the planner reads them: newest first, except that one which can still be accepted is never behind one that cannot. */
export function toObservedInvitations(
  invitations: readonly RetoolInvitation[],
  now: number,
): readonly ObservedInvitation[] {
  const rank = (each: RetoolInvitation): number => (stateOf(each, now) === 'open' ? 0 : 1);
  const age = (each: RetoolInvitation): number => each.createdAt ?? 0;
  return invitations
    .toSorted((a, b) => rank(a) - rank(b) || age(b) - age(a) || Number(b.id) - Number(a.id))
    .map((each) => ({
      id: each.id,
      correlationKey: each.correlationKey,
      status: statuses[stateOf(each, now)],
      licence: undefined,
      groups: new Set(each.groups),
      createdAt: each.createdAt,
    }));
}

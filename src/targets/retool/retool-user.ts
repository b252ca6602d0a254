import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import { fold } from '../../model/fold.js';
import { parseTimestamp } from '../parse-timestamp.js';

/** One user as any release of the API shows them. */
export interface RetoolUser {
  /** `user_…`: what every path and every membership takes. */
  readonly id: RemoteId;
  /** The number of the database row: addresses nothing, and is how a token names its owner. */
  readonly legacyId: string | undefined;
  readonly email: string;
  readonly active: boolean;
  /** Empty where Retool has none. */
  readonly firstName: string;
  readonly lastName: string;
  /** Undefined: this release does not show it. */
  readonly isAdmin: boolean | undefined;
  /** Milliseconds since the epoch; null when they were never there. */
  readonly lastActive: number | null | undefined;
  /** What they cost: the seat since 4.0, before that the type; undefined where neither is shown. */
  readonly seat: string | undefined;
}

/** Reads a user. Both enumerations have grown before, so any text will do. */
export const userAnswer: z.ZodType<RetoolUser> = z
  .looseObject({
    id: z.string().min(1),
    // A number since 2.9, text before.
    legacy_id: z.union([z.number(), z.string()]).nullish(),
    // Absent would mean a shape we do not know; users embedded in other products were never seen, and may have none.
    email: z.string().nullable(),
    active: z.boolean(),
    first_name: z.string().nullish(),
    last_name: z.string().nullish(),
    is_admin: z.boolean().nullish(),
    last_active: z.string().nullish(),
    user_type: z.string().nullish(),
    seat_type: z.string().nullish(),
  })
  .transform((raw) => ({
    id: raw.id,
    legacyId: raw.legacy_id === null || raw.legacy_id === undefined ? undefined : String(raw.legacy_id),
    email: raw.email ?? '',
    active: raw.active,
    firstName: raw.first_name ?? '',
    lastName: raw.last_name ?? '',
    isAdmin: raw.is_admin ?? undefined,
    lastActive: raw.last_active === null ? null : parseTimestamp(raw.last_active),
    seat: raw.seat_type ?? raw.user_type ?? undefined,
  }));

/** The one spelling addresses are compared by: Retool's own rule about letter case is undocumented. */
export const addressKey = (email: string): string => fold(email.trim());

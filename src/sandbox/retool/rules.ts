import { z } from 'zod';
import { retryHeaderSchema } from '../kit/retry-headers.js';

/**
 * What the fake does where organisations differ, or where the vendor is silent. Defaults are what was recorded or
 * published, else the less forgiving guess; tests turn single rules around.
 */
export const rulesSchema = z.strictObject({
  /** Decides which endpoints work at all; `business` has invites and user attributes only, `free` nothing of use. */
  plan: z.enum(['enterprise', 'business', 'free']),
  /** What an endpoint the plan does not include answers: 403 with a message, or 200 with the web app's HTML. */
  gated: z.enum(['json', 'html']),
  /** The Retool release; see `wire/version.ts` for what appeared when. */
  version: z.string().regex(/^\d+(\.\d+)*$/),
  /** Requests per minute and token over a rolling window; null is no limit. The vendor's own provider keeps to 45. */
  rate: z.strictObject({ perMinute: z.int().min(0).nullable(), header: retryHeaderSchema }),
  /** When a token dies with its owner: never, when they are disabled, or also when they are no administrator. */
  tokenNeeds: z.enum(['nothing', 'active-owner', 'active-admin-owner']),
  /** What an id that cannot be a user's id answers. */
  malformedUserId: z.union([z.literal(400), z.literal(500)]),
  /** Whether addresses that differ by case only are one address, for uniqueness and for `?email=`. */
  emailCase: z.enum(['ignored', 'exact']),
  emailFilter: z.enum(['exact', 'partial']),
  /** What `total_count` counts while paging. */
  totalCount: z.enum(['page', 'all']),
  /** Whether creating a user mails them. One client says so and nobody confirms it. */
  createMails: z.boolean(),
  /** Create takes names over 36 characters, which no later patch accepts. */
  longNamesOnCreate: z.enum(['accept', 'refuse']),
  disableEndsSessions: z.boolean(),
  /** Whether the last active member of `admin` can be removed or disabled. */
  lastAdmin: z.enum(['removable', 'protected']),
  allUsersHasDisabled: z.boolean(),
  /** What a PUT of a group does to members and invites it does not name. */
  putWithoutMembers: z.enum(['clear', 'keep']),
  removeAbsentMember: z.enum(['ok', 'not-found']),
  duplicateGroupNames: z.enum(['refuse', 'allow']),
  /** Adds fields no client knows to every user, group and invite. */
  unknownFields: z.boolean(),
});

export type Rules = z.infer<typeof rulesSchema>;

/** The rules in force when nothing is said: an Enterprise organisation on a recent release. */
export const defaultRules: Rules = {
  plan: 'enterprise',
  gated: 'json',
  version: '3.387.0',
  rate: { perMinute: 300, header: 'none' },
  tokenNeeds: 'active-owner',
  malformedUserId: 400,
  emailCase: 'ignored',
  emailFilter: 'exact',
  totalCount: 'page',
  createMails: false,
  longNamesOnCreate: 'accept',
  disableEndsSessions: false,
  lastAdmin: 'removable',
  allUsersHasDisabled: true,
  putWithoutMembers: 'clear',
  removeAbsentMember: 'ok',
  duplicateGroupNames: 'refuse',
  unknownFields: true,
};

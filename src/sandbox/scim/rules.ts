import { z } from 'zod';
import { retryHeaderSchema } from '../kit/retry-headers.js';

/**
 * What servers that speak SCIM do differently. Defaults are what the RFCs ask for; tests turn single rules around, and
 * `presets.ts` has whole sets seen at vendors.
 */
export const rulesSchema = z.strictObject({
  /** PATCH of users; `few-paths` takes `replace` of four attributes and overlooks `add` and `remove`. */
  patch: z.enum(['full', 'few-paths', 'unsupported']),
  /** PATCH of groups; without it members change by PUT of the whole group only. */
  groupPatch: z.enum(['full', 'unsupported']),
  /** How a removal of members is written: RFC 7644 has the filter, some servers want the list of values. */
  memberRemoval: z.enum(['any', 'filter-only', 'value-only']),
  /** What a PATCH answers: the resource, or nothing. */
  patchReply: z.union([z.literal(200), z.literal(204)]),
  /** What a verb the server does not have answers. */
  unsupportedStatus: z.union([z.literal(501), z.literal(405), z.literal(404)]),
  /** `equality` is one `userName eq "…"` on users and one `displayName eq "…"` on groups. */
  filter: z.enum(['all', 'equality', 'none']),
  /** What becomes of a list whose filter the server does not understand: 400, or the list without the filter. */
  strangeFilter: z.enum(['refuse', 'ignore']),
  /** `ignored`: `startIndex` and `count` mean nothing, everything comes at once. */
  paging: z.enum(['honoured', 'ignored']),
  defaultPageSize: z.int().min(1),
  maxPageSize: z.int().min(1),
  createStatus: z.union([z.literal(201), z.literal(200)]),
  deleteUser: z.enum(['done', 'not-found', 'not-allowed']),
  /** Where groups show their members: everywhere, in answers about one group only, or nowhere. */
  members: z.enum(['always', 'single', 'never']),
  /** What a PUT of a group with no members does to those it has: `keep` is what one vendor is known for. */
  emptyMembers: z.enum(['clear', 'keep']),
  unknownMember: z.enum(['refuse', 'ignore']),
  groupNames: z.enum(['any', 'unique']),
  /** RFC 7643 §4.1.1 has user names compared without regard to case. */
  userNameCase: z.enum(['ignored', 'exact']),
  /** `required`: a write without If-Match is a 428. */
  etags: z.enum(['none', 'sent', 'required']),
  externalId: z.enum(['kept', 'dropped']),
  /** Whether given and family name must be there, as some servers want it. */
  names: z.enum(['optional', 'required']),
  /** Whether lists show users who are not active. */
  inactiveUsers: z.enum(['listed', 'hidden']),
  /** `boastful` says yes to everything, `modest` says no to everything, whatever is true. */
  serviceProviderConfig: z.enum(['truthful', 'boastful', 'modest', 'unauthorized', 'absent']),
  /** Whether `/Schemas` and `/ResourceTypes` exist. */
  schemas: z.enum(['shown', 'absent']),
  /** Whether `/Groups` exists. */
  groups: z.enum(['shown', 'absent']),
  /** Whether ids of groups come as JSON numbers, although RFC 7643 §3.1 has them as strings. */
  numericGroupIds: z.boolean(),
  /** What a refusal looks like; only the first is what RFC 7644 §3.12 asks for. */
  errors: z.enum(['scim', 'json', 'text', 'empty']),
  contentType: z.enum(['application/scim+json', 'application/json']),
  /** Gives each user an attribute no client knows, so that a PUT that loses it shows in `ledger.losses`. */
  unknownFields: z.boolean(),
  rate: z.strictObject({
    perMinute: z.number().min(0),
    cooldownSeconds: z.number().min(0),
    header: retryHeaderSchema,
  }),
});

export type Rules = z.infer<typeof rulesSchema>;

/** The rules in force when nothing is said: a server that follows RFC 7643 and 7644. */
export const defaultRules: Rules = {
  patch: 'full',
  groupPatch: 'full',
  memberRemoval: 'any',
  patchReply: 200,
  unsupportedStatus: 501,
  filter: 'all',
  strangeFilter: 'refuse',
  paging: 'honoured',
  defaultPageSize: 100,
  maxPageSize: 200,
  createStatus: 201,
  deleteUser: 'done',
  members: 'always',
  emptyMembers: 'clear',
  unknownMember: 'refuse',
  groupNames: 'any',
  userNameCase: 'ignored',
  etags: 'sent',
  externalId: 'kept',
  names: 'optional',
  inactiveUsers: 'listed',
  serviceProviderConfig: 'truthful',
  schemas: 'shown',
  groups: 'shown',
  numericGroupIds: false,
  errors: 'scim',
  contentType: 'application/scim+json',
  unknownFields: true,
  rate: { perMinute: 5000, cooldownSeconds: 60, header: 'seconds' },
};

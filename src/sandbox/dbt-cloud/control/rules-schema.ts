import { z } from 'zod';
import { retryHeaderSchema } from '../../kit/retry-headers.js';
import type { Rules } from '../rules.js';

const seats = z.int().min(0).nullable();

/** Rules as JSON; only those given are changed. */
export const rulesSchema: z.ZodType<Partial<Rules>> = z
  .strictObject({
    dialect: z.enum(['v2', 'platform', 'merged']),
    plan: z.enum(['starter', 'team', 'enterprise']),
    seats: z.strictObject({ developer: seats, read_only: seats, it: seats, analyst: seats }),
    tokenKind: z.enum(['personal', 'service']),
    unknownFields: z.boolean(),
    limitOver100: z.enum(['clamp', 'refuse']),
    secondDelete: z.enum(['ok', 'not-found']),
    listInactive: z.boolean(),
    deactivationKeepsGroups: z.boolean(),
    showMembers: z.boolean(),
    listInvitations: z.boolean(),
    licenceWithoutGroups: z.enum(['clear', 'keep']),
    defaultGroups: z.enum(['when-none-given', 'always']),
    reinviteWhilePending: z.enum(['resend', 'refuse']),
    pendingHoldsSeat: z.boolean(),
    singleSignOn: z.boolean(),
    revokeRoute: z.boolean(),
    duplicateGroupNames: z.enum(['allow', 'refuse']),
    omittedSsoMapping: z.enum(['clear', 'keep']),
    licensesAs: z.enum(['object', 'list']),
    rate: z.strictObject({
      perMinute: z.number().min(0),
      cooldownSeconds: z.number().min(0),
      header: retryHeaderSchema,
    }),
    readLagMs: z.number().min(0),
    invitationLifetimeMs: z.number().min(0),
  })
  .partial() as z.ZodType<Partial<Rules>>;

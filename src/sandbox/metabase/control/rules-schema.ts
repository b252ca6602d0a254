import { z } from 'zod';
import { retryHeaderSchema } from '../../kit/retry-headers.js';
import type { Rules } from '../rules.js';

export const ssoMethodSchema = z.enum(['google', 'ldap', 'saml', 'jwt']);

/** Rules as JSON; only those given are changed. JSON has no undefined, so null ends a group sync or a budget. */
export const rulesSchema: z.ZodType<Partial<Rules>> = z
  .strictObject({
    edition: z.enum(['oss', 'pro']),
    smtp: z.boolean(),
    tenants: z.boolean(),
    dataAnalysts: z.boolean(),
    passwordLogin: z.boolean(),
    ssoMethods: z.array(ssoMethodSchema),
    ssoProvisioning: z.boolean(),
    ssoOwnsProfile: z.boolean(),
    groupSync: z
      .strictObject({ mapping: z.record(z.string(), z.array(z.int())).nullable() })
      .nullable()
      .transform((value) => value ?? undefined),
    maxSessionAgeMinutes: z.number().min(0),
    sessionsEndAtDeactivation: z.boolean(),
    reminders: z.boolean(),
    getDeactivated: z.enum(['shown', 'not-found']),
    strictGroupManager: z.boolean(),
    reactivateFormerAdmin: z.enum(['allowed', 'refused-when-one-admin']),
    tenancyParameter: z.enum(['known', 'ignored']),
    memberType: z.enum(['shown', 'absent']),
    magicType: z.enum(['shown', 'absent']),
    unknownKeys: z.enum(['ignored', 'refused']),
    searchWildcards: z.boolean(),
    createRaceMs: z.number().min(0),
    caseOnlyRename: z.enum(['refused', 'allowed']),
    repeatedMembership: z.enum(['unique-violation', 'ok']),
    unknownInMembership: z.enum(['tenant-mismatch', 'foreign-key-error']),
    deleteMissingGroup: z.enum(['no-content', 'not-found']),
    rate: z
      .strictObject({
        perMinute: z.number().min(0),
        cooldownSeconds: z.number().min(0),
        header: retryHeaderSchema,
      })
      .nullable()
      .transform((value) => value ?? undefined),
  })
  .partial() as z.ZodType<Partial<Rules>>;

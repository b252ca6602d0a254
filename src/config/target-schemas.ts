import { z } from 'zod';
import { fold } from '../model/fold.js';
import { noLicence } from '../model/account.js';
import { addressChanges, driftPolicies, modes } from '../model/target-config.js';
import type { AddressChange, AnyTargetConfig } from '../model/target-config.js';
import { baseUrl, credential, flag, number, section, text, textList, urlSafeName } from './setting-types.js';

/** What every target may set. */
const common = {
  name: urlSafeName,
  mode: z.enum(modes).default('full'),
  drift: z.enum(driftPolicies).optional(),
  groups: section({
    create: flag.default(true),
    map: z.record(z.string(), textList).default({}),
    membership: z.enum(['owned', 'exact']).default('owned'),
  }).prefault({}),
  assign: section({ groups: textList.optional() }).prefault({}),
  protect: section({
    users: textList.transform((addresses) => addresses.map(fold)).default([]),
    groups: textList.default([]),
  }).prefault({}),
  guard: section({
    removals: number(z.number().int().min(0)).default(5),
    fraction: number(z.number().min(0).max(1)).default(0.2),
    windowMinutes: number(z.number().positive()).default(60),
  }).prefault({}),
  limits: section({
    perMinute: number(z.number().int().min(1).max(1_000_000)).default(3000),
    concurrency: number(z.number().int().min(1).max(64)).default(4),
  }).prefault({}),
};

const addressChange = (fallback: AddressChange) => z.enum(addressChanges).default(fallback);

const invitations = (expireDays: number) =>
  section({
    expireDays: number(z.number().positive()).default(expireDays),
    limit: number(z.number().int().min(1)).default(3),
  }).prefault({});

/** For targets that have no licences of their own. */
const unlicensed = { licence: { default: noLicence, byGroup: {} } };

const dbtLicence = z.enum(['developer', 'read_only', 'it', 'analyst']);

const dbtCloud = section({
  ...common,
  type: z.literal('dbt-cloud'),
  baseUrl,
  accountId: z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    z.string().regex(/^\d+$/, 'must be the number in the dbt address after /accounts/'),
  ),
  token: credential,
  dialect: z.enum(['auto', 'v2', 'platform']).default('auto'),
  licence: section({
    default: dbtLicence.default('read_only'),
    developer: textList.optional(),
    it: textList.optional(),
    analyst: textList.optional(),
    read_only: textList.optional(),
  }).prefault({}),
  revokeInvitations: flag.default(false),
  addressChange: z.literal('keep').default('keep'),
  invitations: invitations(14),
}).transform(({ licence: { default: fallback, ...byGroup }, ...rest }) => ({
  ...rest,
  licence: { default: fallback, byGroup: withoutAbsent(byGroup) },
}));

const metabase = section({
  ...common,
  type: z.literal('metabase'),
  baseUrl: baseUrl.transform(withoutSuffix('/api')),
  apiKey: credential.optional(),
  username: text.optional(),
  password: z.string().min(1).optional(),
}).transform(({ apiKey, username, password, ...rest }, context) => {
  const fixed = { ...rest, ...unlicensed, addressChange: 'keep', invitations: { expireDays: 14, limit: 3 } } as const;
  if (apiKey !== undefined && username === undefined && password === undefined) {
    return { ...fixed, credential: { kind: 'api-key', apiKey } as const };
  }
  if (apiKey === undefined && username !== undefined && password !== undefined) {
    return { ...fixed, credential: { kind: 'session', username, password } as const };
  }
  context.addIssue({ code: 'custom', message: 'needs either apiKey, or username and password' });
  return z.NEVER;
});

const retool = section({
  ...common,
  type: z.literal('retool'),
  baseUrl: baseUrl.transform(withoutSuffix('/api/v2')),
  token: credential,
  addressChange: addressChange('refuse'),
  // The vendor's own client keeps to 45 requests a minute and still meets its limit at times.
  limits: section({
    perMinute: number(z.number().int().min(1).max(1_000_000)).default(45),
    concurrency: number(z.number().int().min(1).max(64)).default(2),
  }).prefault({}),
  invitations: invitations(7),
}).transform((rest) => ({ ...rest, ...unlicensed }));

const scim = section({
  ...common,
  type: z.literal('scim'),
  baseUrl,
  token: credential,
  deprovision: z.enum(['deactivate', 'delete']).default('deactivate'),
  patch: z.enum(['auto', 'always', 'never']).default('auto'),
}).transform((rest) => ({
  ...rest,
  ...unlicensed,
  addressChange: 'keep' as const,
  invitations: { expireDays: 14, limit: 3 },
}));

/** Target type → the shape of its settings. A new target is one line here. */
export const targetSchemas: Readonly<Record<string, z.ZodType<AnyTargetConfig>>> = {
  'dbt-cloud': dbtCloud,
  metabase,
  retool,
  scim,
};

/** People paste addresses with the API's own path; adapters add that themselves. */
function withoutSuffix(suffix: string): (address: string) => string {
  return (address) => (address.endsWith(suffix) ? address.slice(0, -suffix.length) : address);
}

function withoutAbsent<T>(record: Readonly<Record<string, T | undefined>>): Record<string, T> {
  const present = Object.entries(record).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return Object.fromEntries(present);
}

import { z } from 'zod';
import { fold } from '../model/fold.js';
import { modes } from '../model/target-config.js';
import type { AnyTargetConfig } from '../model/target-config.js';
import { baseUrl, credential, flag, number, section, textList, urlSafeName } from './setting-types.js';

/** What every target may set. */
const common = {
  name: urlSafeName,
  mode: z.enum(modes).default('full'),
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
    perMinute: number(z.number().int().min(1)).default(3000),
    concurrency: number(z.number().int().min(1).max(64)).default(4),
  }).prefault({}),
};

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
  invitations: section({
    expireDays: number(z.number().positive()).default(14),
    limit: number(z.number().int().min(1)).default(3),
  }).prefault({}),
}).transform(({ licence: { default: fallback, ...byGroup }, ...rest }) => ({
  ...rest,
  licence: { default: fallback, byGroup: withoutAbsent(byGroup) },
}));

/** Target type → the shape of its settings. A new target is one line here. */
export const targetSchemas: Readonly<Record<string, z.ZodType<AnyTargetConfig>>> = { 'dbt-cloud': dbtCloud };

/** Types architecture and documentation speak of, which this version cannot drive yet. */
export const plannedTargetTypes: readonly string[] = ['metabase', 'retool'];

function withoutAbsent<T>(record: Readonly<Record<string, T | undefined>>): Record<string, T> {
  const present = Object.entries(record).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return Object.fromEntries(present);
}

import { z } from 'zod';
import type { Licence, RemoteId } from '../../model/account.js';
import { parseTimestamp } from '../parse-timestamp.js';
import { idAnswer } from './wire-id.js';

/** One person as any of the vendor's four answers shows them. */
export interface DbtUser {
  /** As received, unknown fields included: what a full-state write starts from. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly id: RemoteId;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** The flag of the person; whether they are in this account is `licence.live`. */
  readonly isActive: boolean;
  /** Undefined: this answer shows no licence of this account. */
  readonly licence: DbtLicence | undefined;
  /** Undefined: this answer does not show groups. That is not the same as none. */
  readonly groups: readonly RemoteId[] | undefined;
  readonly scimManaged: boolean;
  /** Null: shown and empty. Undefined: not shown. */
  readonly lastLoginAt: number | null | undefined;
  /** Which dialect writes people like this; undefined when the shape proves nothing. */
  readonly speaks: 'platform' | 'v2' | undefined;
}

export interface DbtLicence {
  /** As received. Undefined for the flat shape, where the licence is an attribute of the person. */
  readonly raw: Readonly<Record<string, unknown>> | undefined;
  readonly id: RemoteId | undefined;
  readonly type: Licence;
  /** State 1; a removed licence stays readable for a while as state 2. */
  readonly live: boolean;
}

const deleted = 2;

const groupEntry = z.union([idAnswer, z.looseObject({ id: idAnswer, state: z.number().nullish() })]);

const licenceRecord = z.looseObject({
  id: idAnswer.nullish(),
  license_type: z.string(),
  state: z.number().nullish(),
  groups: z.array(groupEntry).nullish(),
  scim_managed: z.boolean().nullish(),
});

const userFields = z.looseObject({
  id: idAnswer,
  email: z.string().nullish(),
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
  is_active: z.boolean().nullish(),
  license_type: z.string().nullish(),
  groups: z.array(groupEntry).nullish(),
  permissions: z.array(z.unknown()).nullish(),
  licenses: z.record(z.string(), z.unknown()).nullish(),
  license: licenceRecord.nullish(),
  scim_managed: z.boolean().nullish(),
  last_login: z.string().nullish(),
});

type UserFields = z.infer<typeof userFields>;
type LicenceRecord = z.infer<typeof licenceRecord>;

/**
 * Reads a person in any shape: v2 flat, platform nested, both merged, or the detail of v3.
 *
 * A person can be in several accounts: only records of `accountId` count, wherever they stand in the list. A record of
 * this account we cannot read is an error, because leaving it out would make the person look removed.
 */
export function userAnswer(accountId: string): z.ZodType<DbtUser> {
  return userFields.transform((raw, context): DbtUser => {
    const candidates = recordsOf(raw, accountId).map((record) => licenceRecord.safeParse(record));
    if (candidates.some((each) => !each.success)) {
      context.issues.push({ code: 'custom', message: 'a licence record we cannot read', input: raw.id });
      return z.NEVER;
    }
    const records = candidates.flatMap((each) => (each.success ? [each.data] : []));
    // Somebody invited again after a removal can show the old record beside the new one.
    const record = records.find(isLive) ?? records[0];
    return toUser(raw, record);
  });
}

function recordsOf(raw: UserFields, accountId: string): unknown[] {
  const nested = (raw.permissions ?? []).filter((each) => isRecordOf(each, accountId));
  if (nested.length > 0) return nested;
  const keyed = raw.licenses?.[accountId];
  if (keyed !== undefined && keyed !== null) return [keyed];
  return raw.license === null || raw.license === undefined ? [] : [raw.license];
}

/** The mere key `permissions` proves nothing: v2 lists one too, with something else in it. */
function isRecordOf(entry: unknown, accountId: string): boolean {
  return isObject(entry) && 'license_type' in entry && String(entry['account_id']) === accountId;
}

function toUser(raw: UserFields, record: LicenceRecord | undefined): DbtUser {
  const flat = raw.license_type ?? undefined;
  return {
    raw,
    id: String(raw.id),
    email: raw.email ?? '',
    firstName: raw.first_name ?? '',
    lastName: raw.last_name ?? '',
    isActive: raw.is_active ?? true,
    licence: record === undefined ? flatLicence(flat) : nestedLicence(record),
    groups: groupIds(record?.groups ?? raw.groups),
    scimManaged: record?.scim_managed === true || raw.scim_managed === true,
    lastLoginAt: raw.last_login === null ? null : parseTimestamp(raw.last_login),
    speaks: speaks(raw),
  };
}

function speaks(raw: UserFields): DbtUser['speaks'] {
  const nested = (raw.permissions ?? []).some((each) => isObject(each) && 'license_type' in each);
  if (nested || Object.keys(raw.licenses ?? {}).length > 0) return 'platform';
  return typeof raw.license_type === 'string' ? 'v2' : undefined;
}

function nestedLicence(record: LicenceRecord): DbtLicence {
  const id = record.id === null || record.id === undefined ? undefined : String(record.id);
  return { raw: record, id, type: record.license_type, live: isLive(record) };
}

function flatLicence(type: string | undefined): DbtLicence | undefined {
  return type === undefined ? undefined : { raw: undefined, id: undefined, type, live: true };
}

const isLive = (record: LicenceRecord): boolean => record.state !== deleted;

function groupIds(entries: readonly z.infer<typeof groupEntry>[] | null | undefined): RemoteId[] | undefined {
  return entries?.flatMap((entry) => {
    if (typeof entry !== 'object') return [String(entry)];
    return entry.state === deleted ? [] : [String(entry.id)];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

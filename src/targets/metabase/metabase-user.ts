import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import { fold } from '../../model/fold.js';
import { parseTimestamp } from '../parse-timestamp.js';

/** One account as any of Metabase's answers shows it. */
export interface MetabaseUser {
  readonly id: RemoteId;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly active: boolean;
  /** Kept while deactivated: tells a former administrator. */
  readonly administrator: boolean;
  /** Which single sign-on, or `scim`, the account belongs to; its names are theirs then. */
  readonly ssoSource: string | undefined;
  /** Belongs to a tenant, a customer of this Metabase's owner: not a colleague, and never ours. */
  readonly ofTenant: boolean;
  /** Undefined: this answer does not show groups. That is not the same as none. */
  readonly groups: readonly RemoteId[] | undefined;
  /** Null: never logged in. Undefined: not shown. */
  readonly lastLoginAt: number | null | undefined;
}

/** Ids are integers over there and text in here. */
export const idAnswer = z.number().int().transform(String);

/** Lists name `group_ids`; an answer about one account has `user_group_memberships` instead. Never both. */
export const userAnswer: z.ZodType<MetabaseUser> = z
  .looseObject({
    id: idAnswer,
    email: z.string(),
    first_name: z.string().nullish(),
    last_name: z.string().nullish(),
    is_active: z.boolean(),
    is_superuser: z.boolean().nullish(),
    sso_source: z.string().nullish(),
    tenant_id: z.unknown().optional(),
    group_ids: z.array(idAnswer).nullish(),
    user_group_memberships: z.array(z.looseObject({ id: idAnswer })).nullish(),
    last_login: z.string().nullish(),
  })
  .transform((raw) => ({
    id: raw.id,
    email: raw.email,
    firstName: raw.first_name ?? '',
    lastName: raw.last_name ?? '',
    active: raw.is_active,
    administrator: raw.is_superuser === true,
    ssoSource: raw.sso_source ?? undefined,
    ofTenant: raw.tenant_id !== null && raw.tenant_id !== undefined,
    groups: raw.group_ids ?? raw.user_group_memberships?.map((each) => each.id),
    lastLoginAt: raw.last_login === null ? null : parseTimestamp(raw.last_login),
  }));

/** The address of the hidden account behind each API key (metabase.api-keys). */
export const isKeyAddress = (email: string): boolean => email.toLowerCase().endsWith('@api-key.invalid');

/** The one spelling addresses are compared by: Metabase stores them in lower case and finds them in any. */
export const addressKey = (email: string): string => fold(email.trim());

/** An id as Metabase wants it in a body. */
export const wireId = (id: RemoteId): number => Number(id);

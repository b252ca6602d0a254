import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import type { ObservedGroup } from '../../model/observation.js';
import { idAnswer } from './metabase-user.js';

/** One permission group. */
export interface MetabaseGroup {
  readonly id: RemoteId;
  readonly name: string;
  /** What Metabase itself keeps it for; undefined for a group like any other. */
  readonly purpose: 'everybody' | 'administrators' | 'data-analysts' | 'unknown' | undefined;
  /** Holds users of tenants, or all of them: never ours. */
  readonly ofTenants: boolean;
}

const purposes: Readonly<Record<string, MetabaseGroup['purpose']>> = {
  'all-internal-users': 'everybody',
  admin: 'administrators',
  'data-analyst': 'data-analysts',
};

/** Before about release 58, answers name no type; these two ids are as old as groups are. */
const purposesById: Readonly<Record<RemoteId, MetabaseGroup['purpose']>> = { 1: 'everybody', 2: 'administrators' };

const row = z.looseObject({
  id: idAnswer,
  name: z.string(),
  magic_group_type: z.string().nullish(),
  is_tenant_group: z.boolean().nullish(),
});

/**
 * Reads the whole list. Names prove nothing: `All Users` is shown as `All internal users` where tenants are on, so a
 * group is known by its type, and by its id where the server names no types.
 */
export const groupsAnswer: z.ZodType<MetabaseGroup[]> = z.array(row).transform((rows) => {
  const namesTypes = rows.some((each) => 'magic_group_type' in each);
  return rows.map((each) => toGroup(each, namesTypes));
});

function toGroup(raw: z.infer<typeof row>, namesTypes: boolean): MetabaseGroup {
  const type = raw.magic_group_type ?? undefined;
  const byType = type === undefined ? undefined : (purposes[type] ?? 'unknown');
  return {
    id: raw.id,
    name: raw.name,
    purpose: namesTypes ? byType : purposesById[raw.id],
    ofTenants: raw.is_tenant_group === true || type === 'all-external-users',
  };
}

/** Who fills it by itself cannot be told of a purpose we do not know: nobody touches it then. */
export function guardOf({ purpose }: MetabaseGroup): ObservedGroup['guarded'] {
  if (purpose === undefined) return undefined;
  return purpose === 'everybody' || purpose === 'unknown' ? 'automatic' : 'built-in';
}

/** Who is active in one group, the hidden accounts of API keys included. */
export const groupMembersAnswer = z
  .looseObject({
    members: z.array(z.looseObject({ user_id: idAnswer, email: z.string().nullish(), type: z.string().nullish() })),
  })
  .transform(({ members }) =>
    members.map(({ user_id, email, type }) => ({ userId: user_id, email: email ?? '', type: type ?? undefined })),
  );

/** What the answer to a new or renamed group must hold. */
export const groupAnswer = z.looseObject({ id: idAnswer, name: z.string() });

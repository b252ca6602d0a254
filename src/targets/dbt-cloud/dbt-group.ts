import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import type { ObservedGroup } from '../../model/observation.js';
import { idAnswer } from './wire-id.js';

/** One group as either dialect shows it. */
export interface DbtGroup {
  /** As received, unknown fields included. */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly id: RemoteId;
  readonly name: string;
  readonly deleted: boolean;
  readonly ssoMappings: readonly string[];
  readonly scimManaged: boolean;
  /** Membership makes somebody an administrator of the account. */
  readonly administrators: boolean;
  /** Undefined: this answer does not show members. The platform never does. */
  readonly users: readonly RemoteId[] | undefined;
  /** How many members the platform says there are; it never lists them. */
  readonly memberCount: number | undefined;
}

const administratorSets = new Set(['owner', 'account_admin']);
/** Exist from an account's birth; below the Enterprise plan no others can. */
const builtIn = new Set(['Owner', 'Member', 'Everyone']);

const userEntry = z.union([idAnswer, z.looseObject({ id: idAnswer })]);

/** Reads a group of either dialect. */
export const groupAnswer: z.ZodType<DbtGroup> = z
  .looseObject({
    id: idAnswer,
    name: z.string(),
    state: z.number().nullish(),
    sso_mapping_groups: z.array(z.string()).nullish(),
    scim_managed: z.boolean().nullish(),
    group_permissions: z
      .array(z.looseObject({ permission_set: z.string().nullish(), state: z.number().nullish() }))
      .nullish(),
    users: z.array(userEntry).nullish(),
    member_count: z.number().nullish().catch(undefined),
  })
  .transform((raw): DbtGroup => {
    const sets = (raw.group_permissions ?? [])
      .filter((each) => each.state !== 2)
      .map((each) => each.permission_set ?? '');
    return {
      raw,
      id: String(raw.id),
      name: raw.name,
      deleted: raw.state === 2,
      ssoMappings: raw.sso_mapping_groups ?? [],
      scimManaged: raw.scim_managed === true,
      administrators: raw.name === 'Owner' || sets.some((set) => administratorSets.has(set)),
      memberCount: raw.member_count ?? undefined,
      users: raw.users?.map((entry) => String(typeof entry === 'object' ? entry.id : entry)),
    };
  });

export const isBuiltIn = (group: Pick<DbtGroup, 'name'>): boolean => builtIn.has(group.name);

export function guardOf(group: DbtGroup): ObservedGroup['guarded'] {
  if (group.scimManaged) return 'managed-elsewhere';
  if (isBuiltIn(group)) return 'built-in';
  return group.ssoMappings.length > 0 ? 'sso-mapped' : undefined;
}

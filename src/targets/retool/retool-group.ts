import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import type { ObservedGroup } from '../../model/observation.js';

/** One permission group. */
export interface RetoolGroup {
  readonly id: RemoteId;
  readonly name: string;
  /** Everybody in it, disabled people included, with whether they administer the group. */
  readonly members: ReadonlyMap<RemoteId, boolean>;
  /** Which kinds of access this release knows. */
  readonly accessFields: ReadonlySet<string>;
}

const idAnswer = z.number().int().nullish();

const member = z.looseObject({ id: z.string().min(1), is_group_admin: z.boolean().nullish() });

/** Reads a group. `id` may be null and then `legacy_id` is the same number; one of them must be there. */
export const groupAnswer: z.ZodType<RetoolGroup> = z
  .looseObject({ id: idAnswer, legacy_id: idAnswer, name: z.string(), members: z.array(member) })
  .transform((raw, context): RetoolGroup => {
    const id = raw.id ?? raw.legacy_id;
    if (id === undefined || id === null) {
      context.addIssue({ code: 'custom', message: 'a group without an id' });
      return z.NEVER;
    }
    const members = new Map(raw.members.map((each) => [each.id, each.is_group_admin === true] as const));
    const accessFields = new Set(Object.keys(raw).filter((key) => key.endsWith('_access')));
    return { id: String(id), name: raw.name, members, accessFields };
  });

/** Everybody is in it, and nobody can be added or removed. */
const automatic = 'All Users';
/** Its members administer the organisation. */
const administrators = 'admin';
/** Exist from an organisation's birth. No flag marks them: the vendor's own tools go by these exact names. */
const builtIn = new Set([administrators, 'editor', 'viewer', automatic]);

export const isAutomatic = ({ name }: Pick<RetoolGroup, 'name'>): boolean => name === automatic;

export const isBuiltIn = ({ name }: Pick<RetoolGroup, 'name'>): boolean => builtIn.has(name);

export function toObservedGroup(group: RetoolGroup): ObservedGroup {
  const { id, name, members } = group;
  const guarded = isAutomatic(group) ? 'automatic' : isBuiltIn(group) ? 'built-in' : undefined;
  return { id, name, members: new Set(members.keys()), guarded, administrators: name === administrators };
}

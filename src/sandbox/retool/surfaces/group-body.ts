import { z } from 'zod';
import { accessLevels, libraryAccessLevels } from '../state/records.js';
import type { GroupAccess } from '../state/records.js';

const access = {
  universal_app_access: z.enum(accessLevels),
  universal_resource_access: z.enum(accessLevels),
  universal_workflow_access: z.enum(accessLevels),
  universal_query_library_access: z.enum(libraryAccessLevels),
  user_list_access: z.boolean(),
  audit_log_access: z.boolean(),
  unpublished_release_access: z.boolean(),
  usage_analytics_access: z.boolean(),
  theme_access: z.boolean(),
  account_details_access: z.boolean(),
  landing_page_app_id: z.uuid().nullable(),
} satisfies { readonly [Field in keyof GroupAccess]: z.ZodType<GroupAccess[Field]> };

/** Both keys are required; the e-mail address a read shows may come back with them. */
export const memberSchema = z.looseObject({ id: z.string(), is_group_admin: z.boolean() });

/** Invites come back as they were read, as objects, or as bare ids. */
const inviteRef = z.union([z.int(), z.looseObject({ id: z.int() }).transform((invite) => invite.id)]);

export const accessSchema = z.object(access);

/** What a group can be created from, or replaced by; only the name is needed, and only to create. */
export const groupBodySchema = z.looseObject({
  name: z.string().min(1).optional(),
  members: z.array(memberSchema).optional(),
  user_invites: z.array(inviteRef).optional(),
  ...accessSchema.partial().shape,
});
export type GroupBody = z.infer<typeof groupBodySchema>;

/** The access fields of a body that were given. */
export function accessOf(body: GroupBody): Partial<GroupAccess> {
  return Object.fromEntries(
    Object.keys(access).flatMap((field) => {
      const value = body[field];
      return value === undefined ? [] : [[field, value] as const];
    }),
  );
}

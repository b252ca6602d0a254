import { z } from 'zod';
import { commonCommands, commonViews, ledgerView } from '../../kit/control/common-tables.js';
import type { ControlCommands, ControlViews } from '../../kit/control/control-table.js';
import { command } from '../../kit/control/control-table.js';
import { pageShiftSchema } from '../../kit/control/page-shift.js';
import { licenceTypes } from '../state/records.js';
import { invalid } from '../state/refusal.js';
import { rulesSchema } from './rules-schema.js';
import type { FakeControl } from './fake-control.js';

/** What `GET /_control/<path>` shows. `/ledger?since=<sequence>` leaves out what was seen before. */
export const controlViews: ControlViews<FakeControl> = {
  ...commonViews(),
  '/users': (control) =>
    control.state().users.map(({ id, email, active, licence: held, groupNames }) => ({
      id,
      email,
      active,
      licence: held,
      groups: groupNames,
    })),
  '/groups': (control) =>
    control
      .state()
      .groups.filter((each) => !each.deleted)
      .map(({ id, name, memberEmails }) => ({ id, name, members: memberEmails })),
  '/invitations': (control) => control.state().invitations,
  '/ledger': ledgerView(({ ledger }) => ({
    entries: ledger.entries,
    dropped: ledger.dropped,
    losses: ledger.losses,
  })),
};

const licence = z.enum(licenceTypes);
/** A user by id or by address, whichever is given. */
const who = { id: z.int().optional(), email: z.string().optional() };
const member = z.strictObject({ group: z.int(), ...who });

/** What `POST /_control/<path>` does. */
export const controlCommands: ControlCommands<FakeControl> = {
  ...commonCommands(rulesSchema),

  '/invitations/accept': command(z.strictObject(who), (control, input) => ({
    userId: control.invitations.accept(refOf(input)) ?? null,
  })),
  '/invitations/expire': command(z.strictObject(who), (control, input) => {
    control.invitations.expire(refOf(input));
  }),
  '/invitations/await-verification': command(z.strictObject(who), (control, input) => {
    control.invitations.awaitVerification(refOf(input));
  }),

  '/users/add': command(
    z.strictObject({
      email: z.string(),
      firstName: z.string().optional(),
      lastName: z.string().optional(),
      licence: licence.nullable().optional(),
      groups: z.array(z.int()).optional(),
      lastLogin: z.number().nullable().optional(),
    }),
    (control, user) => ({ userId: control.users.add(user) }),
  ),
  '/users/deactivate': command(z.strictObject(who), (control, input) => {
    control.users.deactivate(refOf(input));
  }),
  '/users/licence': command(z.strictObject({ ...who, licence }), (control, input) => {
    control.users.changeLicence(refOf(input), input.licence);
  }),
  '/users/rename': command(
    z.strictObject({ ...who, firstName: z.string().optional(), lastName: z.string().optional() }),
    (control, input) => {
      control.users.rename(refOf(input), input);
    },
  ),
  '/users/sso-login': command(
    z.strictObject({ email: z.string(), idpGroups: z.array(z.string()) }),
    (control, input) => ({
      userId: control.users.ssoLogin(input.email, input.idpGroups),
    }),
  ),

  '/groups/create': command(
    z.strictObject({
      name: z.string(),
      assignByDefault: z.boolean().optional(),
      ssoMappingGroups: z.array(z.string()).optional(),
      scimManaged: z.boolean().optional(),
    }),
    (control, group) => ({ groupId: control.groups.create(group) }),
  ),
  '/groups/rename': command(z.strictObject({ id: z.int(), name: z.string() }), (control, { id, name }) => {
    control.groups.rename(id, name);
  }),
  '/groups/delete': command(z.strictObject({ id: z.int() }), (control, { id }) => {
    control.groups.delete(id);
  }),
  '/groups/members/add': command(member, (control, input) => {
    control.groups.addMember(input.group, refOf(input));
  }),
  '/groups/members/remove': command(member, (control, input) => {
    control.groups.removeMember(input.group, refOf(input));
  }),

  '/page-shift': command(pageShiftSchema(['users', 'groups']), (control, shift) => {
    control.shiftPages(shift);
  }),
  '/scim-config': command(
    z.strictObject({
      enabled: z.boolean().default(false),
      manualUpdatesAllowed: z.boolean().default(true),
      controlsLicence: z.boolean().default(false),
    }),
    (control, config) => {
      control.setScimConfig(config);
    },
  ),
};

function refOf({ id, email }: { id?: number | undefined; email?: string | undefined }): number | string {
  const ref = id ?? email;
  if (ref === undefined) throw invalid('Give an id or an email.');
  return ref;
}

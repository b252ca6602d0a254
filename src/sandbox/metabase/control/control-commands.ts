import { z } from 'zod';
import { commonCommands, commonViews, ledgerView } from '../../kit/control/common-tables.js';
import type { ControlCommands, ControlViews } from '../../kit/control/control-table.js';
import { command } from '../../kit/control/control-table.js';
import { pageShiftFields } from '../../kit/control/page-shift.js';
import { Refusal } from '../../kit/refusal.js';
import { rulesSchema, ssoMethodSchema } from './rules-schema.js';
import type { FakeControl } from './fake-control.js';

/** What `GET /_control/<path>` shows. `/ledger?since=<sequence>` leaves out what was seen before. */
export const controlViews: ControlViews<FakeControl> = {
  ...commonViews(),
  '/users': (control) =>
    control
      .state()
      .users.filter((each) => each.type === 'personal')
      .map(({ id, email, firstName, lastName, active, admin, groupNames }) => ({
        ...{ id, email, firstName, lastName, active, admin },
        groups: groupNames,
      })),
  '/groups': (control) =>
    control.state().groups.map(({ id, name, magic, memberEmails }) => ({ id, name, magic, members: memberEmails })),
  '/outbox': (control) => control.outbox(),
  '/ledger': ledgerView(({ ledger }) => ({
    entries: ledger.entries,
    refused: ledger.refused,
    removed: ledger.removed,
    dropped: ledger.dropped,
    demotions: ledger.demotions,
    adminChanges: ledger.adminChanges,
    lostSubscriptions: ledger.lostSubscriptions,
  })),
};

/** A user by id or by address, whichever is given. */
const who = { id: z.int().optional(), email: z.string().optional() };
const name = z.string().nullable().optional();

/** What `POST /_control/<path>` does. */
export const controlCommands: ControlCommands<FakeControl> = {
  ...commonCommands(rulesSchema),

  '/users/add': command(
    z.strictObject({
      email: z.string(),
      firstName: name,
      lastName: name,
      groups: z.array(z.int()).optional(),
      active: z.boolean().optional(),
      ssoSource: z.string().nullable().optional(),
      tenantId: z.int().nullable().optional(),
      lastLogin: z.number().nullable().optional(),
      subscriptions: z.array(z.string()).optional(),
      password: z.string().optional(),
    }),
    (control, user) => ({ userId: control.users.add(user) }),
  ),
  '/users/deactivate': command(z.strictObject(who), (control, input) => {
    control.users.deactivate(refOf(input));
  }),
  '/users/reactivate': command(z.strictObject(who), (control, input) => {
    control.users.reactivate(refOf(input));
  }),
  '/users/rename': command(z.strictObject({ ...who, firstName: name, lastName: name }), (control, input) => {
    control.users.rename(refOf(input), input);
  }),
  '/users/email': command(z.strictObject({ ...who, newEmail: z.string() }), (control, input) => {
    control.users.changeEmail(refOf(input), input.newEmail);
  }),
  '/users/admin': command(z.strictObject({ ...who, admin: z.boolean() }), (control, input) => {
    control.users.setAdmin(refOf(input), input.admin);
  }),
  '/users/password': command(z.strictObject({ ...who, password: z.string() }), (control, input) => {
    control.users.setPassword(refOf(input), input.password);
  }),
  '/users/subscribe': command(z.strictObject({ ...who, subscription: z.string() }), (control, input) => {
    control.users.subscribe(refOf(input), input.subscription);
  }),
  '/users/sso-login': command(
    z.strictObject({
      email: z.string(),
      method: ssoMethodSchema,
      firstName: z.string().optional(),
      lastName: z.string().optional(),
      groups: z.array(z.string()).optional(),
    }),
    (control, login) => ({ userId: control.users.ssoLogin(login) }),
  ),

  '/groups/create': command(
    z.strictObject({ name: z.string(), tenantGroup: z.boolean().optional() }),
    (control, { name: groupName, tenantGroup }) => ({ groupId: control.groups.create(groupName, { tenantGroup }) }),
  ),
  '/groups/rename': command(z.strictObject({ id: z.int(), name: z.string() }), (control, input) => {
    control.groups.rename(input.id, input.name);
  }),
  '/groups/delete': command(z.strictObject({ id: z.int() }), (control, { id }) => {
    control.groups.delete(id);
  }),
  '/groups/members/add': command(
    z.strictObject({ group: z.int(), ...who, manager: z.boolean().optional() }),
    (control, input) => {
      control.groups.addMember(input.group, refOf(input), { manager: input.manager });
    },
  ),
  '/groups/members/remove': command(z.strictObject({ group: z.int(), ...who }), (control, input) => {
    control.groups.removeMember(input.group, refOf(input));
  }),

  '/keys/add': command(
    z.strictObject({ name: z.string(), groupId: z.int().optional(), key: z.string().optional() }),
    (control, key) => ({ key: control.keys.add(key) }),
  ),
  '/keys/delete': command(z.strictObject({ name: z.string() }), (control, input) => {
    control.keys.delete(input.name);
  }),
  '/tenants/add': command(z.strictObject({ name: z.string() }), (control, input) => ({
    tenantId: control.tenants.add(input.name),
  })),
  '/tenants/active': command(z.strictObject({ id: z.int(), active: z.boolean() }), (control, { id, active }) => {
    control.tenants.setActive(id, active);
  }),

  '/page-shift': command(
    z.strictObject({
      ...pageShiftFields(['users', 'groups']),
      rename: z.array(z.strictObject({ who: z.union([z.int(), z.string()]), firstName: z.string() })).optional(),
    }),
    (control, shift) => {
      control.shiftPages(shift);
    },
  ),
};

function refOf({ id, email }: { id?: number | undefined; email?: string | undefined }): number | string {
  const ref = id ?? email;
  if (ref === undefined) throw new Refusal(400, 'Give an id or an email.');
  return ref;
}

import { z } from 'zod';
import { commonCommands, commonViews, ledgerView } from '../../kit/control/common-tables.js';
import type { ControlCommands, ControlViews } from '../../kit/control/control-table.js';
import { command } from '../../kit/control/control-table.js';
import { pageShiftSchema } from '../../kit/control/page-shift.js';
import type { Rules } from '../rules.js';
import { rulesSchema } from '../rules.js';
import { badBody } from '../state/refusals.js';
import type { FakeControl } from './fake-control.js';

/** What `GET /_control/<path>` shows. `/ledger?since=<sequence>` leaves out what was seen before. */
export const controlViews: ControlViews<FakeControl> = {
  ...commonViews(),
  '/users': (control) =>
    control.state().users.map(({ id, email, active, groupNames }) => ({ id, email, active, groups: groupNames })),
  '/groups': (control) =>
    control.state().groups.map(({ id, name, memberEmails, groupAdminEmails }) => {
      return { id, name, members: memberEmails, groupAdmins: groupAdminEmails };
    }),
  '/invitations': (control) => control.state().invitations,
  '/ledger': ledgerView(({ ledger }) => ({
    entries: ledger.entries,
    dropped: ledger.dropped,
    removed: ledger.removed,
    demoted: ledger.demoted,
    losses: ledger.losses,
  })),
};

/** A user by id or by address, whichever is given. */
const who = { id: z.string().optional(), email: z.string().optional() };
/** An invitation by number, or the open one of an address. */
const which = { id: z.int().optional(), email: z.string().optional() };
const names = { firstName: z.string().optional(), lastName: z.string().optional() };
const metadata = z.record(z.string(), z.unknown());

/** What `POST /_control/<path>` does. */
export const controlCommands: ControlCommands<FakeControl> = {
  ...commonCommands(rulesSchema.partial() as z.ZodType<Partial<Rules>>),

  '/users/add': command(
    z.strictObject({
      email: z.string(),
      ...names,
      active: z.boolean().optional(),
      metadata: metadata.optional(),
      groups: z.array(z.int()).optional(),
    }),
    (control, user) => ({ userId: control.users.add(user) }),
  ),
  '/users/disable': command(z.strictObject(who), (control, input) => {
    control.users.disable(refOf(input));
  }),
  '/users/enable': command(z.strictObject(who), (control, input) => {
    control.users.enable(refOf(input));
  }),
  '/users/rename': command(z.strictObject({ ...who, ...names }), (control, input) => {
    control.users.rename(refOf(input), input);
  }),
  '/users/change-email': command(z.strictObject({ id: z.string(), email: z.string() }), (control, { id, email }) => {
    control.users.changeEmail(id, email);
  }),
  '/users/metadata': command(z.strictObject({ ...who, metadata }), (control, input) => {
    control.users.setMetadata(refOf(input), input.metadata);
  }),
  '/users/two-factor': command(z.strictObject({ ...who, enabled: z.boolean() }), (control, input) => {
    control.users.setTwoFactor(refOf(input), input.enabled);
  }),
  '/users/sign-in': command(
    z.strictObject({ email: z.string(), ssoGroups: z.array(z.string()).optional() }),
    (control, { email, ssoGroups }) => ({ userId: control.users.signIn(email, ssoGroups) }),
  ),

  '/groups/create': command(z.strictObject({ name: z.string() }), (control, group) => ({
    groupId: control.groups.create(group),
  })),
  '/groups/rename': command(z.strictObject({ id: z.int(), name: z.string() }), (control, { id, name }) => {
    control.groups.rename(id, name);
  }),
  '/groups/delete': command(z.strictObject({ id: z.int() }), (control, { id }) => {
    control.groups.delete(id);
  }),
  '/groups/members/add': command(
    z.strictObject({ group: z.int(), ...who, groupAdmin: z.boolean().optional() }),
    (control, input) => {
      control.groups.addMember(input.group, refOf(input), { groupAdmin: input.groupAdmin });
    },
  ),
  '/groups/members/remove': command(z.strictObject({ group: z.int(), ...who }), (control, input) => {
    control.groups.removeMember(input.group, refOf(input));
  }),

  '/invitations/send': command(
    z.strictObject({ email: z.string(), groups: z.array(z.int()).optional() }),
    (control, invite) => ({ inviteId: control.invitations.send(invite) }),
  ),
  '/invitations/claim': command(z.strictObject({ ...which, ...names }), (control, input) => ({
    userId: control.invitations.claim(refOf(input), input),
  })),
  '/invitations/expire': command(z.strictObject(which), (control, input) => {
    control.invitations.expire(refOf(input));
  }),
  '/invitations/delete': command(z.strictObject(which), (control, input) => {
    control.invitations.delete(refOf(input));
  }),

  '/tokens/add': command(
    z.strictObject({
      token: z.string().min(1),
      label: z.string().optional(),
      scopes: z.array(z.string()).optional(),
      owner: z.string().optional(),
    }),
    (control, { token, ...options }) => {
      control.tokens.add(token, options);
    },
  ),
  '/tokens/scopes': command(
    z.strictObject({ token: z.string(), scopes: z.array(z.string()) }),
    (control, { token, scopes }) => {
      control.tokens.changeScopes(token, scopes);
    },
  ),
  '/tokens/revoke': command(z.strictObject({ token: z.string() }), (control, { token }) => {
    control.tokens.revoke(token);
  }),

  '/attributes/define': command(z.strictObject({ name: z.string().min(1) }), (control, { name }) => {
    control.defineAttribute(name);
  }),
  '/page-shift': command(pageShiftSchema(['users']), (control, shift) => {
    control.shiftPages(shift);
  }),
};

function refOf<Id extends string | number>(input: { id?: Id | undefined; email?: string | undefined }): Id | string {
  const ref = input.id ?? input.email;
  if (ref === undefined) throw badBody('Give an id or an email.');
  return ref;
}

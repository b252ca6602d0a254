import { z } from 'zod';
import { commonCommands, commonViews, ledgerView } from '../../kit/control/common-tables.js';
import type { ControlCommands, ControlViews } from '../../kit/control/control-table.js';
import { command } from '../../kit/control/control-table.js';
import { pageShiftSchema } from '../../kit/control/page-shift.js';
import type { Rules } from '../rules.js';
import { rulesSchema } from '../rules.js';
import { bad } from '../state/refusals.js';
import type { FakeControl } from './fake-control.js';

/** What `GET /_control/<path>` shows. `/ledger?since=<sequence>` leaves out what was seen before. */
export const controlViews: ControlViews<FakeControl> = {
  ...commonViews(),
  '/users': (control) =>
    control.state().users.map(({ id, userName, active, groupNames }) => ({ id, userName, active, groups: groupNames })),
  '/groups': (control) =>
    control.state().groups.map(({ id, displayName, memberNames }) => ({ id, displayName, members: memberNames })),
  '/ledger': ledgerView(({ ledger }) => ({
    entries: ledger.entries,
    dropped: ledger.dropped,
    removed: ledger.removed,
    losses: ledger.losses,
  })),
};

/** A user by id or by user name, whichever is given. */
const who = { id: z.string().optional(), userName: z.string().optional() };
const names = { givenName: z.string().optional(), familyName: z.string().optional() };
const attributes = z.record(z.string(), z.unknown());
const member = z.strictObject({ group: z.string(), ...who });
const token = z.strictObject({ token: z.string().min(1) });

/** What `POST /_control/<path>` does. */
export const controlCommands: ControlCommands<FakeControl> = {
  ...commonCommands(rulesSchema.partial() as z.ZodType<Partial<Rules>>),

  '/users/add': command(
    z.strictObject({
      userName: z.string(),
      ...names,
      externalId: z.string().optional(),
      active: z.boolean().optional(),
      emails: z.array(attributes).optional(),
      attributes: attributes.optional(),
    }),
    (control, user) => ({ userId: control.users.add(user) }),
  ),
  '/users/deactivate': command(z.strictObject(who), (control, input) => {
    control.users.deactivate(refOf(input));
  }),
  '/users/activate': command(z.strictObject(who), (control, input) => {
    control.users.activate(refOf(input));
  }),
  '/users/rename': command(z.strictObject({ ...who, ...names }), (control, input) => {
    control.users.rename(refOf(input), input);
  }),
  '/users/attributes': command(z.strictObject({ ...who, attributes }), (control, input) => {
    control.users.setAttributes(refOf(input), input.attributes);
  }),
  '/users/delete': command(z.strictObject(who), (control, input) => {
    control.users.delete(refOf(input));
  }),

  '/groups/create': command(
    z.strictObject({ displayName: z.string(), externalId: z.string().optional() }),
    (control, group) => ({ groupId: control.groups.create(group) }),
  ),
  '/groups/rename': command(
    z.strictObject({ id: z.string(), displayName: z.string() }),
    (control, { id, displayName }) => {
      control.groups.rename(id, displayName);
    },
  ),
  '/groups/delete': command(z.strictObject({ id: z.string() }), (control, { id }) => {
    control.groups.delete(id);
  }),
  '/groups/members/add': command(member, (control, input) => {
    control.groups.addMember(input.group, refOf(input));
  }),
  '/groups/members/remove': command(member, (control, input) => {
    control.groups.removeMember(input.group, refOf(input));
  }),

  '/tokens/add': command(token, (control, input) => {
    control.addToken(input.token);
  }),
  '/tokens/revoke': command(token, (control, input) => {
    control.revokeToken(input.token);
  }),
  '/page-shift': command(pageShiftSchema(['users', 'groups']), (control, shift) => {
    control.shiftPages(shift);
  }),
};

function refOf({ id, userName }: { id?: string | undefined; userName?: string | undefined }): string {
  const ref = id ?? userName;
  if (ref === undefined) throw bad('invalidValue', 'Give an id or a userName.');
  return ref;
}

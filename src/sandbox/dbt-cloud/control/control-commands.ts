import { z } from 'zod';
import { faultSchema } from '../faults/fault.js';
import { seededFaults } from '../faults/seeded-faults.js';
import { licenceTypes } from '../state/records.js';
import { invalid } from '../state/refusal.js';
import { rulesSchema } from './rules-schema.js';
import type { FakeControl } from './fake-control.js';

/** One thing the control does over HTTP. `run` may answer with JSON; nothing means done. */
export interface ControlCommand<T> {
  readonly schema: z.ZodType<T>;
  readonly run: (control: FakeControl, input: T) => unknown;
}

/** What `GET /_control/<path>` shows. `/ledger?since=<sequence>` leaves out what was seen before. */
export const controlViews: Readonly<Record<string, (control: FakeControl, query: URLSearchParams) => unknown>> = {
  '/state': (control) => control.state(),
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
  '/counters': (control) => ({ ...control.counters(), mailsTo: control.ledger.mails() }),
  '/ledger': ({ ledger }, query) => {
    const since = Number(query.get('since') ?? 0);
    const recent = <T extends { readonly sequence: number }>(rows: readonly T[]) =>
      rows.filter((each) => each.sequence > since);
    return { entries: recent(ledger.entries), dropped: recent(ledger.dropped), losses: recent(ledger.losses) };
  },
  '/rules': (control) => control.rules,
  '/faults': (control) => control.faults.rules,
};

const licence = z.enum(licenceTypes);
/** A user by id or by address, whichever is given. */
const who = { id: z.int().optional(), email: z.string().optional() };
const member = z.strictObject({ group: z.int(), ...who });

/** What `POST /_control/<path>` does. */
export const controlCommands: Readonly<Record<string, ControlCommand<unknown>>> = {
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

  '/faults/add': command(
    z.strictObject({
      method: z.string().optional(),
      path: z.string().optional(),
      nth: z.int().min(1).optional(),
      times: z.int().min(1).optional(),
      fault: faultSchema,
    }),
    (control, rule) => {
      control.faults.add(rule);
    },
  ),
  '/faults/random': command(
    z.strictObject({ seed: z.int(), rate: z.number().min(0).max(1), faults: z.array(faultSchema).optional() }),
    (control, plan) => {
      control.faults.plan(seededFaults(plan));
    },
  ),
  '/faults/clear': command(z.strictObject({}), (control) => {
    control.faults.clear();
  }),
  '/page-shift': command(
    z.strictObject({
      list: z.enum(['users', 'groups']),
      beforeOffset: z.int().optional(),
      insert: z.array(z.string()).optional(),
      remove: z.array(z.union([z.int(), z.string()])).optional(),
    }),
    (control, shift) => {
      control.shiftPages(shift);
    },
  ),

  '/rules': command(rulesSchema, (control, rules) => {
    control.configure(rules);
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
  '/clock/advance': command(z.strictObject({ ms: z.number().min(0) }), (control, { ms }) => {
    control.advance(ms);
  }),
  '/reset': command(z.strictObject({}), (control) => {
    control.reset();
  }),
};

/** Ties a schema to the function it feeds, then forgets the type so that commands fit in one table. */
function command<T>(schema: z.ZodType<T>, run: ControlCommand<T>['run']): ControlCommand<unknown> {
  return { schema, run: (control, input) => run(control, input as T) };
}

function refOf({ id, email }: { id?: number | undefined; email?: string | undefined }): number | string {
  const ref = id ?? email;
  if (ref === undefined) throw invalid('Give an id or an email.');
  return ref;
}

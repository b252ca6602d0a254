import { z } from 'zod';
import { parseBody } from '../../kit/parse-body.js';
import type { Account } from '../state/account.js';
import { activeLicence, licenceHere, licenceType } from '../state/licences.js';
import { replaceGroups, requireGroups } from '../state/memberships.js';
import { changeEmail, ensureActive, personById, removeFromAccount, requireFreeEmail } from '../state/people.js';
import type { Person } from '../state/records.js';
import { notFound } from '../state/refusal.js';
import { requireManualUpdates } from '../state/scim-managed.js';
import { writtenUnknown } from '../state/unknown-fields.js';
import { ok } from '../wire/envelope.js';
import type { Call, Routes } from '../wire/route.js';
import { idParam } from '../wire/route.js';
import { viewUser } from './view-user.js';

/** The v2 surface's user writes: a POST is the whole state, a DELETE deactivates. */
export const v2UserRoutes: Routes = {
  'POST /api/v2/accounts/:account/users/:id/': (call) => {
    requireManualUpdates(call.account);
    const person = member(call);
    writeWhole(call.account, person, call.body);
    return ok(viewUser(call.account, person));
  },

  'DELETE /api/v2/accounts/:account/users/:id/': (call) => {
    requireManualUpdates(call.account);
    const { account } = call;
    const person = member(call);
    if (activeLicence(account, person) === undefined && account.rules.secondDelete === 'not-found') throw notFound();
    removeFromAccount(account, person, account.rules.deactivationKeepsGroups);
    return ok({ id: person.id, is_active: false });
  },
};

const wholeUser = z.looseObject({
  email: z.email().optional(),
  first_name: z.string().default(''),
  last_name: z.string().default(''),
  license_type: z.string().default('developer'),
  groups: z.array(z.int()).default([]),
  is_active: z.boolean().default(true),
});

/** What the surface itself shows or takes; anything else in a body is a field it merely keeps. */
const knownFields = new Set([
  ...['id', 'email', 'first_name', 'last_name', 'fullname', 'username', 'account_id', 'is_active', 'license_type'],
  ...['groups', 'permissions', 'licenses', 'created_at', 'updated_at', 'last_login', 'is_staff', 'email_verified'],
  ...['sso_only_user', 'enterprise_connected', 'auth_provider_infos'],
]);

/**
 * The hazard of this surface: every mutable field that is left out goes back to its default. Everything is checked
 * before anything changes.
 */
function writeWhole(account: Account, person: Person, body: unknown): void {
  const wanted = parseBody(wholeUser, body);
  const type = licenceType(wanted.license_type);
  const groups = requireGroups(account, wanted.groups);
  const email = wanted.email ?? person.email;
  requireFreeEmail(account, email, person.id);
  if (wanted.is_active) ensureActive(account, person, type);

  changeEmail(account, person, email);
  person.firstName = wanted.first_name;
  person.lastName = wanted.last_name;
  person.unknown = writtenUnknown(account, { kind: 'user', id: person.id, held: person.unknown }, wanted, knownFields);
  if (wanted.is_active) replaceGroups(account, person, groups);
  else removeFromAccount(account, person, account.rules.deactivationKeepsGroups);
}

/** @throws {Refusal} 404 for anybody who never had a licence here */
function member(call: Call): Person {
  const person = personById(call.account, idParam(call));
  if (licenceHere(call.account, person) === undefined) throw notFound();
  return person;
}

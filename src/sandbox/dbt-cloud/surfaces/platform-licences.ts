import { z } from 'zod';
import { parseBody } from '../../kit/parse-body.js';
import type { Account } from '../state/account.js';
import { changeLicence, holderOf, licenceType } from '../state/licences.js';
import { replaceGroups, requireGroups } from '../state/memberships.js';
import { removeFromAccount } from '../state/people.js';
import type { Licence, Person } from '../state/records.js';
import { licenceTypes } from '../state/records.js';
import { invalid } from '../state/refusal.js';
import { requireManualUpdates } from '../state/scim-managed.js';
import { seatsInUse } from '../state/seats.js';
import { writtenUnknown } from '../state/unknown-fields.js';
import { ok } from '../wire/envelope.js';
import type { Routes } from '../wire/route.js';
import { idParam } from '../wire/route.js';
import { viewLicence } from './view-licence.js';

/** The platform API's licences, which it calls permissions: changing one, and removing a person by `state: 2`. */
export const platformLicenceRoutes: Routes = {
  'POST /api/v2/accounts/:account/permissions/:id/': (call) => {
    requireManualUpdates(call.account);
    const { person, licence } = holderOf(call.account, idParam(call));
    const wanted = parseBody(licenceChange, call.body);
    if (wanted.user_id !== undefined && wanted.user_id !== person.id) {
      throw invalid('user_id: does not match the owner of this license.');
    }
    if (licence.state === 2) throw invalid('This license has been removed.');
    if (wanted.state === 2) removeFromAccount(call.account, person);
    else writeLicence(call.account, person, licence, wanted);
    return ok(viewLicence(call.account, person, licence));
  },

  'GET /api/v2/accounts/:account/licenses/': ({ seen }) => {
    const rows = licenceTypes.map((type) => [type, seatRow(seen, type)] as const);
    if (seen.rules.licensesAs === 'object') return ok(Object.fromEntries(rows));
    return ok(rows.map(([type, row]) => ({ license_type: type, ...row })));
  },
};

/** Groups come back as they were read, as objects, or as bare ids. */
const heldGroup = z.union([z.int(), z.looseObject({ id: z.int() }).transform((group) => group.id)]);

const licenceChange = z.looseObject({
  user_id: z.int().optional(),
  license_type: z.string(),
  state: z.union([z.literal(1), z.literal(2)]).default(1),
  groups: z.array(heldGroup).optional(),
});

const knownFields = new Set(['id', 'account_id', 'user_id', 'license_type', 'state', 'scim_managed', 'groups']);

function writeLicence(account: Account, person: Person, licence: Licence, wanted: z.infer<typeof licenceChange>): void {
  const type = licenceType(wanted.license_type);
  const groups = wanted.groups === undefined ? undefined : requireGroups(account, wanted.groups);
  changeLicence(account, licence, type);
  licence.unknown = writtenUnknown(
    account,
    { kind: 'licence', id: licence.id, held: licence.unknown },
    wanted,
    knownFields,
  );
  if (groups !== undefined) replaceGroups(account, person, groups);
  else if (account.rules.licenceWithoutGroups === 'clear') replaceGroups(account, person, []);
}

/** For an unlimited type the figures still add up, and say nothing: only `limited` does. */
function seatRow(account: Account, type: Licence['type']) {
  const limit = account.rules.seats[type];
  const used = seatsInUse(account, type);
  const total = limit ?? used;
  return {
    limited: limit !== null,
    over_limit: used > total,
    total,
    in_use: used,
    available: total - used,
    assigned: used,
    enterprise_plan: account.rules.plan === 'enterprise',
  };
}

import type { Account } from '../state/account.js';
import { activeLicence, licenceHere } from '../state/licences.js';
import type { Group, Person } from '../state/records.js';
import { personById } from '../state/people.js';
import { notFound } from '../state/refusal.js';
import { ok } from '../wire/envelope.js';
import { page } from '../wire/page.js';
import type { Call, Routes } from '../wire/route.js';
import { idParam } from '../wire/route.js';
import { viewUser } from './view-user.js';

/** Paths both surfaces have; only the shape of a user differs. */
export const sharedRoutes: Routes = {
  'GET /api/v2/accounts/': ({ seen }) => ok([viewAccount(seen)]),
  'GET /api/v2/accounts/:account/users/': listUsers,
  'GET /api/v2/accounts/:account/users/:id/': (call) => ok(viewUser(call.seen, knownUser(call))),
};

/** Ascending by id. There is no filter by e-mail: unknown parameters are ignored, as the vendor does. */
export function listUsers({ seen, query }: Call) {
  const listed = [...seen.data.people.values()].filter((each) => isListed(seen, each));
  return page(byId(listed), query, seen.rules, (each) => viewUser(seen, each));
}

/** The vendor account itself, as the token check sees it. */
export function viewAccount({ id, rules }: Account) {
  const plans = { starter: 'starter_2025', team: 'team', enterprise: 'enterprise' } as const;
  return {
    id,
    name: 'Sandbox',
    state: 1,
    plan: plans[rules.plan],
    developer_seats: rules.seats.developer ?? 0,
    read_only_seats: rules.seats.read_only ?? 0,
    it_seats: rules.seats.it ?? 0,
    unlimited_seats: rules.seats.developer === null,
  };
}

export function byId<T extends Person | Group>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => a.id - b.id);
}

/** Pending invitees are nobody yet. Removed people vanish from the platform API, while v2 shows them as inactive. */
function isListed(account: Account, person: Person): boolean {
  if (activeLicence(account, person) !== undefined) return true;
  if (account.rules.dialect !== 'v2' && person.listedUnlicensed) return true;
  return keepsInactive(account) && account.rules.listInactive && licenceHere(account, person) !== undefined;
}

function knownUser(call: Call): Person {
  const person = personById(call.seen, idParam(call));
  const keeps = keepsInactive(call.seen) && licenceHere(call.seen, person) !== undefined;
  if (!keeps && !isListed(call.seen, person)) throw notFound();
  return person;
}

function keepsInactive({ rules }: Account): boolean {
  return rules.dialect !== 'platform';
}

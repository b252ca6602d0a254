import { z } from 'zod';
import { parseBody } from '../../kit/parse-body.js';
import { activeLicence } from '../state/licences.js';
import { personById } from '../state/people.js';
import { notFound } from '../state/refusal.js';
import { requireManualUpdates } from '../state/scim-managed.js';
import { ok } from '../wire/envelope.js';
import type { Routes } from '../wire/route.js';
import { idParam } from '../wire/route.js';
import { listUsers, viewAccount } from './shared.js';
import { viewNestedUser, viewUserDetailV3 } from './view-user.js';

/** The platform API's people: reads in three shapes, and a profile POST that takes names only. */
export const platformUserRoutes: Routes = {
  'GET /api/v2/whoami/': ({ seen }) => {
    if (seen.rules.tokenKind === 'service') throw notFound();
    return ok({ user: viewNestedUser(seen, personById(seen, seen.data.tokenOwner)) });
  },

  'GET /api/v3/accounts/': ({ seen }) => ok([viewAccount(seen)]),

  'GET /api/v3/accounts/:account/users/': listUsers,

  'GET /api/v3/accounts/:account/users/:id/': (call) => {
    const person = personById(call.seen, idParam(call));
    if (activeLicence(call.seen, person) === undefined) throw notFound();
    return ok(viewUserDetailV3(call.seen, person));
  },

  'POST /api/v2/users/:id/': (call) => {
    requireManualUpdates(call.account);
    const person = personById(call.account, idParam(call));
    const names = parseBody(profile, call.body);
    person.firstName = names.first_name;
    person.lastName = names.last_name;
    person.updatedAt = call.account.now();
    return ok(viewNestedUser(call.account, person));
  },
};

/** Everything else about a profile, the e-mail address above all, is read-only and silently ignored. */
const profile = z.looseObject({ first_name: z.string().trim().min(1), last_name: z.string().trim().min(1) });

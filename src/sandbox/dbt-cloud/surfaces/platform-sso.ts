import { z } from 'zod';
import { parseBody } from '../../kit/parse-body.js';
import type { Account } from '../state/account.js';
import { newId } from '../state/ids.js';
import { licenceType } from '../state/licences.js';
import type { LicenceMap } from '../state/records.js';
import { notFound } from '../state/refusal.js';
import { noContent, ok } from '../wire/envelope.js';
import { page } from '../wire/page.js';
import type { Call, Routes } from '../wire/route.js';
import { idParam } from '../wire/route.js';
import { viewLicenceMap } from './view-licence.js';

/** The platform API's settings that compete with a bridge: licence maps of single sign-on, and native SCIM. */
export const platformSsoRoutes: Routes = {
  'GET /api/v3/accounts/:account/license-maps/': ({ seen, query }) =>
    page([...seen.data.licenceMaps.values()], query, seen.rules, (each) => viewLicenceMap(seen, each)),

  'GET /api/v3/accounts/:account/license-maps/:id/': (call) => ok(viewLicenceMap(call.seen, mapById(call.seen, call))),

  'POST /api/v3/accounts/:account/license-maps/': ({ account, body }) => {
    const added: LicenceMap = { id: newId(account.data), ...parseMap(body) };
    account.data.licenceMaps.set(added.id, added);
    return ok(viewLicenceMap(account, added), 201);
  },

  'POST /api/v3/accounts/:account/license-maps/:id/': (call) => {
    const map = Object.assign(mapById(call.account, call), parseMap(call.body));
    return ok(viewLicenceMap(call.account, map));
  },

  'DELETE /api/v3/accounts/:account/license-maps/:id/': (call) => {
    call.account.data.licenceMaps.delete(mapById(call.account, call).id);
    return noContent();
  },

  'GET /api/v3/accounts/:account/scim-config/': ({ seen }) =>
    ok({
      enabled: seen.data.scim.enabled,
      manual_updates_allowed: seen.data.scim.manualUpdatesAllowed,
      scim_controlled_license_type: seen.data.scim.controlsLicence,
    }),
};

const licenceMap = z.looseObject({ license_type: z.string(), sso_license_mapping_groups: z.array(z.string()) });

function parseMap(body: unknown): Pick<LicenceMap, 'licence' | 'ssoGroups'> {
  const wanted = parseBody(licenceMap, body);
  return { licence: licenceType(wanted.license_type), ssoGroups: wanted.sso_license_mapping_groups };
}

function mapById(account: Account, call: Call): LicenceMap {
  const map = account.data.licenceMaps.get(idParam(call));
  if (map === undefined) throw notFound();
  return map;
}

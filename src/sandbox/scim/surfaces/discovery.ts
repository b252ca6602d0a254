import { Refusal } from '../../kit/refusal.js';
import type { Handler, Routes } from '../../kit/vendor.js';
import { groupType, userType } from '../schema/schemas.js';
import type { ResourceType } from '../schema/schemas.js';
import { notFound } from '../state/refusals.js';
import { answer } from '../wire/reply.js';
import type { Call } from '../wire/route.js';
import { plainList } from './list.js';
import { resourceTypeDocument, schemaDocument } from './schema-documents.js';
import { serviceProviderConfig } from './service-provider-config.js';

/** What the server says of itself (RFC 7644 §4), as far as the rules let it. */
export const discoveryRoutes: Routes<Call> = {
  'GET /ServiceProviderConfig': (call) => {
    const { serviceProviderConfig: rule } = call.dir.rules;
    if (rule === 'absent') throw new Refusal(404, 'Not found.');
    if (rule === 'unauthorized') throw new Refusal(401, 'SCIM request not authorized');
    return answer(call, serviceProviderConfig(call));
  },

  'GET /ResourceTypes': described((call) =>
    plainList(
      call,
      typesOf(call).map((type) => resourceTypeDocument(call, type)),
    ),
  ),

  'GET /ResourceTypes/:id': described((call) => {
    const wanted = call.params['id'] ?? '';
    const type = typesOf(call).find(({ name }) => name === wanted);
    if (type === undefined) throw notFound('ResourceType', wanted);
    return answer(call, resourceTypeDocument(call, type));
  }),

  'GET /Schemas': described((call) =>
    plainList(
      call,
      schemasOf(call).map((each) => schemaDocument(call, each)),
    ),
  ),

  'GET /Schemas/:id': described((call) => {
    const wanted = (call.params['id'] ?? '').toLowerCase();
    const schema = schemasOf(call).find(({ id }) => id.toLowerCase() === wanted);
    if (schema === undefined) throw notFound('Schema', wanted);
    return answer(call, schemaDocument(call, schema));
  }),
};

/** Refused by RFC 7644 §4 when a filter is given, and absent by rule. */
function described(handle: Handler<Call>): Handler<Call> {
  return (call) => {
    if (call.dir.rules.schemas === 'absent') throw new Refusal(404, 'Not found.');
    if (call.query.has('filter')) throw new Refusal(403, 'Discovery takes no filter.');
    return handle(call);
  };
}

function typesOf({ dir }: Call): readonly ResourceType[] {
  return dir.rules.groups === 'absent' ? [userType] : [userType, groupType];
}

function schemasOf(call: Call) {
  return typesOf(call).flatMap(({ core, extensions }) => [core, ...extensions]);
}

/** What RFC 7644 lets a server leave out: 501. */
const leftOut: Handler<Call> = () => {
  throw new Refusal(501, 'This server does not support the operation.');
};

export const optionalRoutes: Routes<Call> = {
  'POST /Bulk': leftOut,
  'POST /.search': leftOut,
  'POST /Users/.search': leftOut,
  'POST /Groups/.search': leftOut,
  'GET /Me': leftOut,
  'PUT /Me': leftOut,
  'PATCH /Me': leftOut,
  'DELETE /Me': leftOut,
};

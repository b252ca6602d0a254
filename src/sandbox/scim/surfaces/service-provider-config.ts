import type { Rules } from '../rules.js';
import { urns } from '../schema/schemas.js';
import type { View } from './present.js';

/** RFC 7643 §5. Whether it is true is a rule. */
export function serviceProviderConfig({ dir, base }: View) {
  const says = saying(dir.rules);
  return {
    schemas: [urns.config],
    patch: { supported: says(dir.rules.patch !== 'unsupported' && dir.rules.groupPatch === 'full') },
    bulk: { supported: says(false), maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: says(dir.rules.filter !== 'none'), maxResults: dir.rules.maxPageSize },
    changePassword: { supported: says(false) },
    sort: { supported: says(false) },
    etag: { supported: says(dir.rules.etags !== 'none') },
    authenticationSchemes: [
      { type: 'oauthbearertoken', name: 'Bearer token', description: 'A bearer token in the Authorization header.' },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}

function saying({ serviceProviderConfig: rule }: Rules): (truth: boolean) => boolean {
  if (rule === 'boastful') return () => true;
  return rule === 'modest' ? () => false : (truth) => truth;
}

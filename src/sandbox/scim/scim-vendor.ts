import type { Credential } from '../kit/credential.js';
import { Refusal } from '../kit/refusal.js';
import type { Routes, Vendor } from '../kit/vendor.js';
import type { ScimCore } from './scim-core.js';
import { discoveryRoutes, optionalRoutes } from './surfaces/discovery.js';
import { groupRoutes } from './surfaces/groups.js';
import { userRoutes } from './surfaces/users.js';
import type { Call } from './wire/route.js';
import { scimWords } from './wire/words.js';

/** A SCIM server's side of the wire, below its root. */
export function scimVendor(core: ScimCore, root: string): Vendor<Call> {
  const routes = below(root, { ...userRoutes, ...groupRoutes, ...discoveryRoutes, ...optionalRoutes });
  return {
    routes: () => routes,
    unknownPath: () => {
      throw new Refusal(404, 'Not found.');
    },
    judge: ({ header }) => judge(core.tokens, header('authorization')),
    rate: () => core.rules.rate,
    call: ({ params, query, body, header }) => ({
      dir: core.dir,
      base: `http://${header('host') ?? 'localhost'}${root}`,
      ...{ params, query, body, header },
    }),
    words: scimWords(() => core.rules),
  };
}

function judge(tokens: ReadonlySet<string>, header: string | undefined): Credential {
  const [, scheme, token] = /^(\S+) +(\S+)$/.exec(header ?? '') ?? [];
  if (scheme === undefined || token === undefined) return 'missing';
  if (scheme.toLowerCase() !== 'bearer') return 'wrong-scheme';
  return tokens.has(token) ? 'good' : 'unknown';
}

function below(root: string, routes: Routes<Call>): Routes<Call> {
  return Object.fromEntries(
    Object.entries(routes).map(([route, handle]) => [route.replace(' /', ` ${root}/`), handle] as const),
  );
}

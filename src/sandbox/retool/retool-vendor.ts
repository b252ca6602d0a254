import { Refusal } from '../kit/refusal.js';
import type { Routes, Vendor } from '../kit/vendor.js';
import type { RetoolCore } from './retool-core.js';
import { groupMemberRoutes } from './surfaces/group-members.js';
import { groupRoutes } from './surfaces/groups.js';
import { inviteRoutes } from './surfaces/invites.js';
import { openPaths, openRoutes } from './surfaces/open.js';
import { settingRoutes } from './surfaces/settings.js';
import { userActionRoutes } from './surfaces/user-actions.js';
import { userRoutes } from './surfaces/users.js';
import type { Call } from './wire/route.js';
import { retoolWords } from './wire/words.js';

const routes: Routes<Call> = {
  ...openRoutes,
  ...userRoutes,
  ...userActionRoutes,
  ...groupRoutes,
  ...groupMemberRoutes,
  ...inviteRoutes,
  ...settingRoutes,
};

/** Retool's side of the wire. The budget is each token's own, so it is spent here and not by the kit. */
export function retoolVendor(core: RetoolCore): Vendor<Call> {
  return {
    routes: () => routes,
    unknownPath: () => {
      throw new Refusal(404, 'Not Found');
    },
    judge: ({ path, header }) => (openPaths.has(path) ? 'not-needed' : core.tokens.judge(header('authorization'))),
    rate: () => undefined,
    call: ({ path, params, query, body, header }) => ({
      org: core.org,
      token: openPaths.has(path) ? undefined : core.tokens.spend(header('authorization')),
      tokens: () => core.tokens.all(),
      params,
      query,
      body,
    }),
    words: retoolWords,
  };
}

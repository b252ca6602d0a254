import type { Dialect } from '../rules.js';
import type { Routes } from '../wire/route.js';
import { platformGroupRoutes } from './platform-groups.js';
import { platformInviteRoutes } from './platform-invites.js';
import { platformLicenceRoutes } from './platform-licences.js';
import { platformMembershipRoutes } from './platform-memberships.js';
import { platformSsoRoutes } from './platform-sso.js';
import { platformUserRoutes } from './platform-users.js';
import { sharedRoutes } from './shared.js';
import { v2GroupRoutes } from './v2-groups.js';
import { v2InvitationRoutes } from './v2-invitations.js';
import { v2PermissionRoutes } from './v2-permissions.js';
import { v2UserRoutes } from './v2-users.js';

const v2: Routes = {
  ...sharedRoutes,
  ...v2UserRoutes,
  ...v2GroupRoutes,
  ...v2InvitationRoutes,
  ...v2PermissionRoutes,
};

const platform: Routes = {
  ...sharedRoutes,
  ...platformUserRoutes,
  ...platformLicenceRoutes,
  ...platformGroupRoutes,
  ...platformMembershipRoutes,
  ...platformInviteRoutes,
  ...platformSsoRoutes,
};

/** Every route each dialect answers; a path of the other dialect is as unknown as any other. */
export const surfaces: Readonly<Record<Dialect, Routes>> = { v2, platform, merged: { ...v2, ...platform } };

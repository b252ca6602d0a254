import type { Routes } from '../wire/route.js';
import { apiKeyRoutes } from './api-key-routes.js';
import { groupRoutes } from './group-routes.js';
import { membershipRoutes } from './membership-routes.js';
import { sessionRoutes } from './session-routes.js';
import { userRoutes } from './user-routes.js';

/** Every route the fake answers: the same on every edition. */
export const routes: Routes = { ...sessionRoutes, ...userRoutes, ...groupRoutes, ...membershipRoutes, ...apiKeyRoutes };

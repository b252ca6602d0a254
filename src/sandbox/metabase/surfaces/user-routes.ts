import type { Reply } from '../../kit/reply.js';
import { deactivate, reactivate } from '../state/activity.js';
import { userById } from '../state/find-user.js';
import { notFound } from '../state/refusal.js';
import { setPassword } from '../state/sessions.js';
import { nameField } from '../wire/fields.js';
import { readFields } from '../wire/read-fields.js';
import { noContent, ok } from '../wire/replies.js';
import type { Call, Routes } from '../wire/route.js';
import { idParam, requireAdmin, requireAdminOr, requireUser } from '../wire/route.js';
import { createUser } from './create-user.js';
import { listUsers } from './list-users.js';
import { updateUser } from './update-user.js';
import { viewSingle, viewUser } from './view-user.js';

export const userRoutes: Routes = {
  'GET /api/user': listUsers,
  'GET /api/user/current': (call) => ok(viewSingle(call.site, requireUser(call))),
  'GET /api/user/:id': readUser,
  'POST /api/user': createUser,
  'PUT /api/user/:id': updateUser,

  'DELETE /api/user/:id': (call) => {
    requireAdmin(call);
    deactivate(call.site, userById(call.site, idParam(call)));
    return ok({ success: true });
  },

  'PUT /api/user/:id/reactivate': (call) => {
    requireAdmin(call);
    const user = userById(call.site, idParam(call));
    reactivate(call.site, user);
    return ok(viewUser(call.site, user));
  },

  'PUT /api/user/:id/password': (call) => {
    const { password } = readFields({ password: nameField }, call.body, call.site.rules);
    const id = idParam(call);
    requireAdminOr(call, id);
    const user = userById(call.site, id);
    if (!user.active || user.type !== 'personal') throw notFound();
    setPassword(call.site, user, password);
    return noContent();
  },
};

function readUser(call: Call): Reply {
  const { site } = call;
  const id = idParam(call);
  requireAdminOr(call, id);
  const user = userById(site, id);
  if (!user.active && site.rules.getDeactivated === 'not-found') throw notFound();
  return ok({ ...viewSingle(site, user), structured_attributes: {} });
}

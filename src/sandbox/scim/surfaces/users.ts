import { Refusal } from '../../kit/refusal.js';
import type { Reply } from '../../kit/reply.js';
import type { Routes } from '../../kit/vendor.js';
import { applyPatch } from '../patch/apply-patch.js';
import { fewPaths } from '../patch/few-paths.js';
import { readOperations } from '../patch/operation.js';
import { readResource } from '../schema/read-resource.js';
import { userType } from '../schema/schemas.js';
import type { Resource } from '../state/directory.js';
import { caseExactIn } from '../state/directory.js';
import { addUser, changeUser, isActive, removeUser, replaceUser, userById } from '../state/users.js';
import { isKnown, requireMatch } from '../wire/etag.js';
import { answerResource, noContent, notModified } from '../wire/reply.js';
import type { Call } from '../wire/route.js';
import { idOf } from '../wire/route.js';
import { unsupported } from '../wire/unsupported.js';
import { list } from './list.js';
import { presentUser } from './present.js';
import { project } from './project.js';

export const userRoutes: Routes<Call> = {
  'GET /Users': (call) => {
    const users = [...call.dir.data.users.values()];
    const listed = call.dir.rules.inactiveUsers === 'listed' ? users : users.filter(isActive);
    return list(call, userType, listed, (each) => presentUser(call, each));
  },

  'GET /Users/:id': (call) => {
    const user = userById(call.dir, idOf(call));
    return isKnown(call, user) ? notModified(call, user) : show(call, user);
  },

  'POST /Users': (call) => {
    const user = addUser(call.dir, readResource(userType, call.body));
    const reply = show(call, user, call.dir.rules.createStatus);
    return { ...reply, headers: { ...reply.headers, location: `${call.base}/Users/${user.id}` } };
  },

  'PUT /Users/:id': (call) => {
    const user = userById(call.dir, idOf(call));
    requireMatch(call, user);
    replaceUser(call.dir, user, readResource(userType, call.body));
    return show(call, user);
  },

  'PATCH /Users/:id': (call) => {
    const { patch, patchReply } = call.dir.rules;
    if (patch === 'unsupported') throw unsupported(call);
    const user = userById(call.dir, idOf(call));
    requireMatch(call, user);
    const read = readOperations(call.body);
    const operations = patch === 'few-paths' ? fewPaths(read) : read;
    changeUser(call.dir, user, applyPatch(userType, user.document, operations, caseExactIn(call.dir)));
    return patchReply === 204 && !call.query.has('attributes') ? noContent() : show(call, user);
  },

  'DELETE /Users/:id': (call) => {
    const { deleteUser } = call.dir.rules;
    if (deleteUser === 'not-found') throw new Refusal(404, 'Not found.');
    if (deleteUser === 'not-allowed') throw new Refusal(405, 'Users cannot be deleted.');
    const user = userById(call.dir, idOf(call));
    requireMatch(call, user);
    removeUser(call.dir, user);
    return noContent();
  },
};

function show(call: Call, user: Resource, status = 200): Reply {
  return answerResource(call, user, project(userType, presentUser(call, user), call.query), status);
}

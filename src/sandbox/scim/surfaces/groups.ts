import type { Reply } from '../../kit/reply.js';
import { Refusal } from '../../kit/refusal.js';
import type { Handler, Routes } from '../../kit/vendor.js';
import { applyPatch } from '../patch/apply-patch.js';
import { requireRemovalForm, writesWholeSet } from '../patch/member-writes.js';
import { readOperations } from '../patch/operation.js';
import { readResource } from '../schema/read-resource.js';
import { groupType } from '../schema/schemas.js';
import type { Group } from '../state/directory.js';
import { caseExactIn } from '../state/directory.js';
import { addGroup, changeGroup, groupById, removeGroup, replaceGroup, withMembers } from '../state/groups.js';
import { isKnown, requireMatch } from '../wire/etag.js';
import { answerResource, noContent, notModified } from '../wire/reply.js';
import type { Call } from '../wire/route.js';
import { idOf } from '../wire/route.js';
import { unsupported } from '../wire/unsupported.js';
import { list } from './list.js';
import { presentGroup } from './present.js';
import { project } from './project.js';

export const groupRoutes: Routes<Call> = whereThereAreGroups({
  'GET /Groups': (call) =>
    list(call, groupType, [...call.dir.data.groups.values()], (each) => presentGroup(call, each, 'list')),

  'GET /Groups/:id': (call) => {
    const group = groupById(call.dir, idOf(call));
    return isKnown(call, group) ? notModified(call, group) : show(call, group);
  },

  'POST /Groups': (call) => {
    const group = addGroup(call.dir, readResource(groupType, call.body));
    const reply = show(call, group, call.dir.rules.createStatus);
    return { ...reply, headers: { ...reply.headers, location: `${call.base}/Groups/${group.id}` } };
  },

  'PUT /Groups/:id': (call) => {
    const group = groupById(call.dir, idOf(call));
    requireMatch(call, group);
    replaceGroup(call.dir, group, readResource(groupType, call.body));
    return show(call, group);
  },

  'PATCH /Groups/:id': (call) => {
    const { groupPatch, memberRemoval, patchReply } = call.dir.rules;
    if (groupPatch === 'unsupported') throw unsupported(call);
    const group = groupById(call.dir, idOf(call));
    requireMatch(call, group);
    const operations = readOperations(call.body);
    requireRemovalForm(operations, memberRemoval);
    const next = applyPatch(groupType, withMembers(group), operations, caseExactIn(call.dir));
    changeGroup(call.dir, group, next, operations.some(writesWholeSet) ? 'whole' : 'named');
    return patchReply === 204 && !call.query.has('attributes') ? noContent() : show(call, group);
  },

  'DELETE /Groups/:id': (call) => {
    const group = groupById(call.dir, idOf(call));
    requireMatch(call, group);
    removeGroup(call.dir, group);
    return noContent();
  },
});

/** By rule the server has users only. */
function whereThereAreGroups(routes: Routes<Call>): Routes<Call> {
  const entries = Object.entries(routes).map(([route, handle]): [string, Handler<Call>] => {
    return [
      route,
      (call) => {
        if (call.dir.rules.groups === 'absent') throw new Refusal(404, 'Not found.');
        return handle(call);
      },
    ];
  });
  return Object.fromEntries(entries);
}

function show(call: Call, group: Group, status = 200): Reply {
  return answerResource(call, group, project(groupType, presentGroup(call, group, 'single'), call.query), status);
}

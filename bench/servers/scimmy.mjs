/** The peer: scimmy and scimmy-routers as their documentation shows them, resources in memory. */
import { randomUUID } from 'node:crypto';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';
import { groupId, groupsOf, person, userId } from '../load/people.mjs';
import { options, serving } from './serve.mjs';
import { token } from './start.mjs';

const users = new Map();
const groups = new Map();
for (let number = 0; number < options.users; number += 1)
  users.set(userId(number), { id: userId(number), ...person(number) });
for (const { number, size, first } of groupsOf(options.users)) {
  const members = Array.from({ length: size }, (_, index) => ({ value: userId(first + index) }));
  groups.set(groupId(number), { id: groupId(number), displayName: `Group ${number}`, members });
}

function declare(resource, stored) {
  SCIMMY.Resources.declare(resource)
    .ingress(async ({ id = randomUUID() }, data) => {
      stored.set(id, { ...stored.get(id), ...data, id });
      return stored.get(id);
    })
    .egress(async ({ id }) => {
      if (id === undefined) return [...stored.values()];
      if (stored.has(id)) return stored.get(id);
      throw new SCIMMY.Types.Error(404, null, 'not found');
    })
    .degress(async ({ id }) => {
      stored.delete(id);
    });
}
SCIMMY.Schemas.User.extend(SCIMMY.Schemas.EnterpriseUser);
declare(SCIMMY.Resources.User, users);
declare(SCIMMY.Resources.Group, groups);

const app = express();
app.use(
  '/scim/v2',
  new SCIMMYRouters({
    type: 'bearer',
    handler: (request) => {
      if (request.header('Authorization') !== `Bearer ${token}`) throw new Error('Unauthorised');
      return 'bench';
    },
  }),
);
const server = app.listen(0, '127.0.0.1', () =>
  serving(`http://127.0.0.1:${server.address().port}`, '/scim/v2/ServiceProviderConfig', () => {}),
);

import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { JsonStream } from '../../src/scim/json-stream.js';
import { showGroup } from '../../src/scim/present-group.js';
import { sendReply } from '../../src/scim/send-reply.js';
import { createGroup, updateGroup } from '../../src/store/scim-group-writes.js';
import { findGroup } from '../../src/store/scim-groups.js';
import { createUser, deleteUser } from '../../src/store/scim-user-writes.js';
import { groupUrn, scimApp, type ScimApp } from './scim-app.js';

const size = 2500;
const write = { directory: 'acme', cause: { actor: 'test', requestId: 'r' }, now: 1 };
const id = (number: number) => `user-${number}`;
const numbers = Array.from({ length: size }, (_, number) => number);

let app: ScimApp;
beforeAll(async () => {
  app = await scimApp();
  const { store } = app;
  await Promise.all(
    numbers.map((number) =>
      createUser(store, write, id(number), {
        userName: `name-${number}`,
        ...(number % 2 === 0 ? { displayName: `"Person" ${number}` } : {}),
      }),
    ),
  );
  await createGroup(store, write, 'large', { displayName: 'Large' }, numbers.map(id));
  await createGroup(store, write, 'small', { displayName: 'Small' }, [id(1)]);
});
afterAll(() => app.close());

interface Shown {
  readonly id: string;
  readonly meta?: { readonly version: string };
  readonly members?: readonly Readonly<Record<string, string>>[];
}

test('a large group is sent whole, each member once and in order', async () => {
  const { status, headers, body } = await app.get('/Groups/large');
  const group = body as Shown;
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/scim+json; charset=utf-8');
  expect(body).toMatchObject({ schemas: [groupUrn], displayName: 'Large', meta: { version: headers['etag'] } });
  expect(group.members?.map(({ value }) => value)).toEqual(numbers.map(id));
  expect(group.members?.slice(0, 2)).toEqual([
    {
      value: id(0),
      $ref: expect.stringMatching(/\/scim\/v2\/Users\/user-0$/) as string,
      type: 'User',
      display: '"Person" 0',
    },
    {
      value: id(1),
      $ref: expect.stringMatching(/\/scim\/v2\/Users\/user-1$/) as string,
      type: 'User',
      display: 'name-1',
    },
  ]);
});

test.each([
  ['attributes=members.value', { value: id(0) }],
  ['attributes=members', { value: id(0), type: 'User', display: '"Person" 0' }],
  ['excludedAttributes=members.$ref,members.display', { value: id(0), type: 'User' }],
])('of a large group %s sends that part of each member', async (query, first) => {
  const group = (await app.get(`/Groups/large?${query}`)).body as Shown;
  expect(group.members).toHaveLength(size);
  expect(group.members?.[0]).toMatchObject(first);
  const names = Object.keys(group.members?.[0] ?? {}).filter((name) => name !== '$ref');
  expect(names).toEqual(Object.keys(first));
});

test('a list holds large and small groups as they are one by one, and the members of none when they are left out', async () => {
  const { body } = await app.get('/Groups');
  const { Resources } = body as { Resources: Shown[] };
  expect(body).toMatchObject({ totalResults: 2, itemsPerPage: 2, startIndex: 1 });
  for (const group of Resources) expect(group).toEqual((await app.get(`/Groups/${group.id}`)).body);

  const without = (await app.get('/Groups?excludedAttributes=members')).body as { Resources: Shown[] };
  expect(without.Resources.map((group) => 'members' in group)).toEqual([false, false]);
});

test('HEAD says what GET would, without the members', async () => {
  const { status, headers, text } = await app.send('HEAD', '/Groups/large');
  expect({ status, text: text ?? '' }).toEqual({ status: 200, text: '' });
  expect(headers['etag']).toBe((await app.get('/Groups/large')).headers['etag']);
});

test('what is sent of a large group is one moment of it, whatever happens meanwhile', async () => {
  const { store } = app;
  await createGroup(store, write, 'moving', { displayName: 'Moving' }, numbers.map(id));
  const row = await findGroup(store.db, 'acme', 'moving');
  if (row === undefined) throw new Error('the group is gone');
  const { body, tag } = await showGroup(store, row, 'http://here', {});
  if (!(body instanceof JsonStream)) throw new Error('the group is not streamed');

  const parts: string[] = [];
  for await (const part of body.parts) {
    parts.push(part);
    if (parts.length !== 2) continue;
    await updateGroup(store, write, 'moving', (before) => ({
      attributes: { ...before, displayName: 'Moved' },
      steps: [{ kind: 'remove', ids: [id(0), id(size - 1)] }],
    }));
    await deleteUser(store, write, id(size - 2), () => undefined);
  }

  expect(parts.length).toBeGreaterThan(3);
  const group = JSON.parse(parts.join('')) as Shown;
  expect(group).toMatchObject({ displayName: 'Moving', meta: { version: tag } });
  expect(group.members?.map(({ value }) => value)).toEqual(numbers.map(id));
});

test('a stream ends with the client, and is made no faster than the client reads', async () => {
  let made = 0;
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  async function* endless() {
    try {
      for (;;) {
        made += 1;
        yield 'x'.repeat(100_000);
      }
    } finally {
      stop();
    }
  }
  const server = createServer((_request, response) => {
    void sendReply(response, { status: 200, body: new JsonStream(endless()) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
  await stopped;
  expect(made).toBeGreaterThan(0);
  server.close();
  await once(server, 'close');
});

test('a stream that fails breaks the connection off instead of ending like a whole answer', async () => {
  async function* failing() {
    yield '{"members":[';
    throw new Error('the store failed');
  }
  const server = createServer((_request, response) => {
    sendReply(response, { status: 200, body: new JsonStream(failing()) }).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`).then((each) => each.text());
  await expect(answer).rejects.toThrow();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

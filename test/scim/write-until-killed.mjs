import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { register } from 'node:module';
import express from 'express';

register('./typescript-hooks.mjs', import.meta.url);
const { openStore } = await import('../../src/store/store.ts');
const { createScimRouter } = await import('../../src/scim/scim-router.ts');
const { silentLog } = await import('../../src/model/log.ts');

/** A SCIM server that is written to as fast as it goes, and reports each acknowledgement, until somebody kills it. */
const token = 'a-token-for-a-short-life';
const sha256 = createHash('sha256').update(token).digest('hex');
const store = await openStore(`sqlite:${process.argv[2]}`, new Map([['acme', ['dbt']]]));
const app = express();
app.use(
  createScimRouter({
    store,
    directories: [{ name: 'acme', tokens: [{ label: 'test', sha256 }] }],
    acknowledge: { outcomeOf: async () => ({ kind: 'unknown' }) },
    log: silentLog,
    now: Date.now,
  }),
);
const server = createServer(app);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${server.address().port}/scim/v2`;

async function send(method, path, body) {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' };
  const response = await fetch(base + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.status === 204 ? {} : response.json();
}

const group = await send('POST', '/Groups', { displayName: 'Data' });
let count = 0;
async function keepWriting() {
  for (;;) {
    const { id } = await send('POST', '/Users', { userName: `user-${(count += 1)}` });
    process.send({ created: id });
    await send('PATCH', `/Groups/${group.id}`, {
      Operations: [{ op: 'add', path: 'members', value: [{ value: id }] }],
    });
    process.send({ joined: id });
  }
}
await Promise.all(Array.from({ length: 8 }, keepWriting));

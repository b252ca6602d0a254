/**
 * What SCIM requests cost: requests a second, latency and memory, on the embedded store with durable commits.
 *
 *   npm run bench                      the table
 *   npm run bench -- --json            the same, for programs
 *   npm run bench -- --seconds 5 --users 10000
 *
 * Absolute figures move with the machine; compare ratios within one run. Exits with 1 when adding a member to a large
 * group costs more than 1.5 times what it costs in a small one.
 */
import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    users: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = Number(options.seconds);
const userCount = Math.max(10_000, Number(options.users));
const groupSizes = [10, 1000, 10_000];
const allowedRatio = 1.5;

const folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-bench-'));
const token = randomBytes(16).toString('hex');
const digest = createHash('sha256').update(token).digest('hex');
const server = fork(new URL('server.mjs', import.meta.url).pathname, [path.join(folder, 'bench.db'), digest]);
const [{ url }] = await once(server, 'message');
const scim = `${url}/scim/v2`;
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };

async function call(method, target, body) {
  const response = await fetch(`${scim}${target}`, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

const person = (number) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: `person${number}@acme.test`,
  externalId: `00u${number}`,
  name: { givenName: `Given${number}`, familyName: `Family${number}` },
  emails: [{ value: `person${number}@acme.test`, type: 'work', primary: true }],
  active: true,
});
const patch = (...operations) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

async function inParallel(count, work, lanes = 16) {
  let next = 0;
  const lane = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

const ids = [];
await inParallel(userCount, async (number) => {
  ids[number] = (await call('POST', '/Users', person(number))).id;
});
const groups = new Map();
for (const size of groupSizes) {
  const members = ids.slice(0, size).map((value) => ({ value }));
  groups.set(size, (await call('POST', '/Groups', { displayName: `Group of ${size}`, members })).id);
}

/** Runs one kind of request for the time given. `next` makes each request's method, path and body. */
async function measure(name, connections, next) {
  const statuses = new Map();
  const instance = autocannon({
    url: scim,
    connections,
    duration: seconds,
    headers,
    requests: [
      {
        setupRequest: (request) => {
          const { method, target, body } = next();
          return { ...request, method, path: `/scim/v2${target}`, body: body && JSON.stringify(body) };
        },
      },
    ],
  });
  instance.on('response', (_client, status) => statuses.set(status, (statuses.get(status) ?? 0) + 1));
  const result = await instance;
  const wrong = [...statuses].filter(([status]) => status >= 300).reduce((sum, [, count]) => sum + count, 0);
  return {
    name,
    requestsPerSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    wrong,
    errors: result.errors,
  };
}

let created = userCount;
let turn = 0;
const any = () => ids[(turn = (turn * 7919 + 13) % userCount)];
const someone = () => (turn = (turn * 7919 + 13) % userCount);

/** Members come and go in turns, so that each request changes something and the group keeps its size. */
function memberToggle(size) {
  const outside = ids.slice(size === userCount ? 0 : size, size === userCount ? userCount : undefined);
  let step = 0;
  return () => {
    const pool = outside.length > 0 ? outside : ids;
    const id = pool[Math.floor(step / 2) % pool.length];
    const add = step++ % 2 === 0;
    const operation = add
      ? { op: 'add', path: 'members', value: [{ value: id }] }
      : { op: 'remove', path: `members[value eq "${id}"]` };
    return { method: 'PATCH', target: `/Groups/${groups.get(size)}`, body: patch(operation) };
  };
}

const rows = [];
const run = async (...args) => rows.push(await measure(...args));
await run('get by id', 16, () => ({ method: 'GET', target: `/Users/${any()}` }));
await run('filter userName eq', 16, () => ({
  method: 'GET',
  target: `/Users?filter=${encodeURIComponent(`userName eq "person${someone()}@acme.test"`)}`,
}));
await run('list, first page of 100', 8, () => ({ method: 'GET', target: '/Users?startIndex=1&count=100' }));
await run('list, last page of 100', 8, () => ({
  method: 'GET',
  target: `/Users?startIndex=${userCount - 99}&count=100`,
}));
await run('create', 16, () => ({ method: 'POST', target: '/Users', body: person(created++) }));
let flips = 0;
await run('PATCH active', 16, () => {
  const value = Math.floor(flips++ / userCount) % 2 === 1;
  return {
    method: 'PATCH',
    target: `/Users/${ids[flips % userCount]}`,
    body: patch({ op: 'replace', value: { active: value } }),
  };
});
const memberRows = [];
for (const size of groupSizes) {
  const row = await measure(`PATCH one member, group of ${size.toLocaleString('en')}`, 8, memberToggle(size));
  rows.push(row);
  memberRows.push(row);
}

server.send('memory');
const [{ rss }] = await once(server, 'message');
server.send('close');
await once(server, 'exit');
rmSync(folder, { recursive: true, force: true });

const rates = memberRows.map((row) => row.requestsPerSecond);
const ratio = Math.max(...rates) / Math.min(...rates);
const wrong = rows.reduce((sum, row) => sum + row.wrong + row.errors, 0);
const report = {
  node: process.version,
  users: userCount,
  seconds,
  rssMiB: Math.round(rss / 2 ** 20),
  memberRatio: Number(ratio.toFixed(2)),
  wrong,
  rows,
};
if (options.json) console.log(JSON.stringify(report, null, 2));
else {
  console.log(
    `${userCount.toLocaleString('en')} users, SQLite with durable commits, ${seconds} s each, Node ${process.version}\n`,
  );
  console.log(`${'request'.padEnd(36)}${'req/s'.padStart(9)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}`);
  for (const row of rows) {
    console.log(
      `${row.name.padEnd(36)}${row.requestsPerSecond.toFixed(0).padStart(9)}${String(row.p50).padStart(9)}${String(row.p99).padStart(9)}`,
    );
  }
  console.log(
    `\nresident memory ${report.rssMiB} MiB; wrong answers ${wrong}; one member, fastest to slowest group size: ${ratio.toFixed(2)} (at most ${allowedRatio})`,
  );
}
process.exitCode = ratio > allowedRatio || wrong > 0 ? 1 : 0;

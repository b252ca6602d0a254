/**
 * What a first sync costs the vendors: calls by kind, for a directory of people and groups that arrives in three tools at
 * once, and what a second sync costs when nothing changed.
 *
 *   npm run bench:sync                       the table
 *   npm run bench:sync -- --json             the same, for programs
 *   npm run bench:sync -- --users 10000 --groups 500
 *
 * Rate limits are lifted, the fakes' faults are off and the store is in memory: what is counted is calls, not patience. Exits with 1
 * when a second sync writes anything, or reads people one by one where a list covers them.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { mapperFor } from '../dist/mappers/mapper-for.js';
import { Engine } from '../dist/reconcile/engine.js';
import { readTargetStatus } from '../dist/reconcile/target-status.js';
import { startVendors, vendorTargets } from '../dist/sandbox/sandbox-vendors.js';
import { createGroup } from '../dist/store/scim-group-writes.js';
import { createUser } from '../dist/store/scim-user-writes.js';
import { openStore } from '../dist/store/store.js';
import { createTarget } from '../dist/targets/catalog.js';

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    groups: { type: 'string', default: '500' },
    json: { type: 'boolean', default: false },
  },
});
const users = Number(options.users);
const groups = Number(options.groups);
const names = ['dbt', 'metabase', 'retool'];

const unlimited = {
  rate: { perMinute: 1_000_000, cooldownSeconds: 0, header: 'none' },
  seats: { developer: null, read_only: null, it: null, analyst: null },
};
const vendors = await startVendors({
  dbt: { dialect: 'v2', ...unlimited },
  metabase: {},
  retool: { rate: { perMinute: null } },
});
const configs = vendorTargets(vendors);
const store = await openStore('sqlite::memory:', new Map([['acme', names]]));
const log = { debug() {}, info() {}, warn() {}, error: console.error };
const day = 86_400_000;
const engine = new Engine({
  store,
  holder: randomUUID(),
  waitSeconds: 0,
  sweepMs: 3650 * day,
  pollMs: 3650 * day,
  runtimes: names.map((name) => {
    const config = { ...configs[name], limits: { perMinute: 1_000_000, concurrency: 8 } };
    const target = createTarget(config, { now: Date.now, log });
    const settling = { quiet: 0, most: 0 };
    const deps = { store, log, now: Date.now, random: Math.random, newId: randomUUID, settling };
    return { config, target, mapper: mapperFor(config), ...deps };
  }),
});

const write = { directory: 'acme', cause: { actor: 'bench', requestId: 'seed' }, now: Date.now() };
const ids = [];
for (let number = 0; number < users; number += 1) {
  const id = randomUUID();
  ids.push(id);
  const userName = `person${number}@acme.test`;
  const name = { givenName: `Given${number}`, familyName: `Family${number}` };
  await createUser(store, write, id, { userName, active: true, name, emails: [{ value: userName, primary: true }] });
}
const membersEach = Math.min(users, 40);
for (let number = 0; number < groups; number += 1) {
  const members = Array.from({ length: membersEach }, (_, index) => ids[(number * 37 + index * 251) % users]);
  await createGroup(store, write, randomUUID(), { displayName: `Group ${number}` }, [...new Set(members)]);
}

/** Works a target's queue off; returns the calls it made, by kind, with ids left out. */
async function settle(name) {
  const { ledger } = vendors[name].control;
  const before = ledger.entries.length;
  const cpu = process.cpuUsage();
  for (let pass = 0; pass < 200; pass += 1) {
    if ((await engine.pass(name)) === 'idle' && (await readTargetStatus(engine.loops.get(name))).due === 0) break;
  }
  const { user, system } = process.cpuUsage(cpu);
  const calls = new Map();
  for (const { method, path: at } of ledger.entries.slice(before)) {
    const kind = `${method} ${at.replace(/user_[0-9a-f]{32}|\d{2,}/g, '{id}').replace(/\/\d+(?=\/|$)/g, '/{id}')}`;
    calls.set(kind, (calls.get(kind) ?? 0) + 1);
  }
  return { calls: Object.fromEntries([...calls].sort()), cpuSeconds: Number(((user + system) / 1e6).toFixed(1)) };
}

const report = { users, groups, membersEach, targets: {} };
for (const name of names) {
  const first = await settle(name);
  let accepted;
  if (name === 'dbt') {
    for (let number = 0; number < users; number += 1)
      vendors.dbt.control.invitations.accept(`person${number}@acme.test`);
    await engine.sync('dbt', 'accepted');
    accepted = await settle(name);
  }
  await engine.sync(name, 'again');
  const second = await settle(name);
  const { due, held, failing, converged } = await readTargetStatus(engine.loops.get(name));
  report.targets[name] = {
    first,
    ...(accepted && { afterAcceptance: accepted }),
    second,
    due,
    held,
    failing,
    converged,
  };
}
report.rssMiB = Math.round(process.memoryUsage().rss / 2 ** 20);
await engine.close();
await store.close();
await vendors.close();

const seconds = Object.values(report.targets).map(({ second }) => second.calls);
const writes = seconds.flatMap((calls) => Object.keys(calls).filter((kind) => !kind.startsWith('GET ')));
const single = seconds.flatMap((calls) =>
  Object.entries(calls).filter(([kind, count]) => kind.includes('{id}') && count > users / 100),
);
if (options.json) console.log(JSON.stringify(report, null, 2));
else {
  console.log(`${users} people, ${groups} groups of ${membersEach}; the fakes run in the same process\n`);
  for (const [name, rounds] of Object.entries(report.targets)) {
    const { converged } = rounds;
    for (const round of ['first', 'afterAcceptance', 'second']) {
      if (rounds[round] === undefined) continue;
      console.log(`${name}, ${round} sync: ${rounds[round].cpuSeconds} s of CPU`);
      for (const [kind, count] of Object.entries(rounds[round].calls))
        console.log(`  ${String(count).padStart(7)}  ${kind}`);
    }
    console.log(`  converged: ${converged}\n`);
  }
  console.log(`resident memory ${report.rssMiB} MiB, the fakes' own included`);
}
process.exitCode = writes.length > 0 || single.length > 0 ? 1 : 0;

/**
 * What SCIM requests cost, on the embedded store with durable commits, beside bare Express and beside scimmy with its
 * own routers in memory.
 *
 *   npm run bench                        the table, in some minutes
 *   npm run bench -- --json              the same, for programs
 *   npm run bench -- --quick             smaller directories and shorter runs
 *   npm run bench -- --only PATCH        rows whose name contains this
 *   npm run bench -- --no-peers          without scimmy
 *
 * Absolute figures move with the machine; compare ratios within one run. Exits with 1 when a member change depends on
 * the size of the group, which it promises not to, and with 2 when an answer was wrong: then no figure means anything.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { goals, promisedMemberRatio } from './goals.mjs';
import { groupSizes } from './load/people.mjs';
import { options } from './options.mjs';
import { reportOf, tableOf } from './report.mjs';
import { firstCycle } from './rows/entra-cycle.mjs';
import { groupReads, memberRows, memberRunRows } from './rows/group-rows.mjs';
import { lookUps, pages, userWrites } from './rows/user-rows.mjs';
import { memberToggle } from './rows/requests.mjs';
import { Runner, seeded, startProduct } from './runner.mjs';
import { startServer } from './servers/start.mjs';

const { small, usual, large } = options.sizes;
const folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-bench-'));
const express = await startServer('express');
const runner = new Runner(express);
const facts = [];
const count = (users) => `${users.toLocaleString('en')} users`;
const megabytes = (bytes) => bytes / 1e6;

/** Measures on a seeded directory of its own, and notes how large the process grew. */
async function directory(users, title, memoryGoal, measureRows) {
  runner.section = title;
  const { file, seconds } = await seeded(folder, users);
  const server = await startProduct(file);
  if (users === large) {
    facts.push({ name: `seeding ${count(users)}`, value: seconds, unit: 's' });
    facts.push({
      name: `start to first answer, ${count(users)}`,
      value: server.startMs / 1000,
      unit: 's',
      goal: goals.start,
    });
  }
  await measureRows(server);
  const { rss, peak } = await server.usage();
  facts.push({ name: `resident memory after that, ${count(users)}`, value: megabytes(rss), unit: 'MB' });
  facts.push({ name: `peak resident memory, ${count(users)}`, value: megabytes(peak), unit: 'MB', goal: memoryGoal });
  await server.close();
}

async function allOf(server, rows, more = {}) {
  for (const row of rows) await runner.row(server, { ...row, ...more });
}

/** The peer, on the same people and requests. It needs seconds for a page, so one connection asks for those. */
async function peerRows(users) {
  const server = await startServer('scimmy', { users });
  const peer = { peer: true, goal: undefined };
  await allOf(server, [lookUps(users)[0], lookUps(users)[1]], peer);
  await allOf(server, pages(users).slice(0, 1), { ...peer, connections: 1 });
  await allOf(server, userWrites(users), peer);
  for (const [number, size] of groupSizes(users).entries()) {
    const name = `one member in or out, group of ${size.toLocaleString('en')}`;
    await runner.row(server, { ...peer, name, connections: 8, next: memberToggle(number, size, users) });
  }
  await server.close();
}

await directory(small, count(small), undefined, (server) => allOf(server, lookUps(small)));
let memberChanges = [];
await directory(usual, count(usual), goals.memory10k, async (server) => {
  await allOf(server, [...lookUps(usual), ...pages(usual), ...userWrites(usual)]);
  await memberRows(runner, server, usual);
});
if (options.peers) await peerRows(usual);
await directory(large, `${count(large)}, ten memberships each`, goals.memory100k, async (server) => {
  await allOf(server, [...lookUps(large), ...pages(large), ...userWrites(large)]);
  memberChanges = await memberRows(runner, server, large);
  await memberRunRows(runner, server, large, 2);
  await groupReads(runner, server, large);
});

runner.section = 'a first cycle';
const empty = await startProduct(path.join(folder, 'empty.db'));
await firstCycle(runner, empty, options.cyclePeople);
await empty.close();
await express.close();
rmSync(folder, { recursive: true, force: true });

const report = reportOf({ rows: runner.rows, facts, memberChanges });
console.log(options.json ? JSON.stringify(report, null, 2) : tableOf(report));
process.exitCode = report.wrong > 0 ? 2 : report.memberRatio > promisedMemberRatio ? 1 : 0;

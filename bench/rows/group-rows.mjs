import { goals } from '../goals.mjs';
import { joined } from '../load/measure.mjs';
import { groupSizes } from '../load/people.mjs';
import { options } from '../options.mjs';
import { watched } from '../runner.mjs';
import { getGroup, listGroups, memberRuns, memberToggle, thousandToggle } from './requests.mjs';

const named = (size) => size.toLocaleString('en');
const connections = 8;

/**
 * One member in or out, in groups of all sizes. The sizes take turns in short runs, so that whatever else the machine
 * does meanwhile falls on all of them alike.
 */
export async function memberRows(runner, server, users) {
  const rounds = 3;
  const sizes = groupSizes(users);
  const makers = sizes.map((size, number) => memberToggle(number, size, users));
  const results = sizes.map(() => []);
  const express = [];
  for (const next of makers) await runner.warmUp(server, { connections, next });
  for (let round = 0; round < rounds; round += 1) {
    express.push(await runner.ceiling(connections));
    for (const [number, next] of makers.entries()) {
      const seconds = options.seconds / 2;
      results[number].push(await watched(server, { connections, seconds, next }));
    }
  }
  return sizes.map((size, number) =>
    runner.keep({
      name: `one member in or out, group of ${named(size)}`,
      goal: goals.member,
      server: server.name,
      connections,
      ...joined(results[number]),
      express: joined(express),
    }),
  );
}

/** Adding alone and removing alone, and a thousand at a time. */
export async function memberRunRows(runner, server, users, number) {
  const size = groupSizes(users)[number];
  const one = memberRuns(number, size, users);
  const of = `group of ${named(size)}`;
  await runner.row(server, { name: `add one member, ${of}`, goal: goals.member, connections, next: one.add });
  await runner.row(server, { name: `remove one member, ${of}`, goal: goals.member, connections, next: one.remove });
  const many = thousandToggle(number, size);
  await runner.row(server, { name: `1,000 members in or out, ${of}`, connections: 1, next: many });
}

export async function groupReads(runner, server, users) {
  const sizes = groupSizes(users);
  const largest = sizes.length - 1;
  const of = `group of ${named(sizes[largest])}`;
  const get = (withMembers) => getGroup(largest, sizes[largest], withMembers);
  await runner.row(server, { name: `get ${of} without members`, connections, next: get(false) });
  await runner.row(server, { name: `get ${of} with members`, connections: 1, next: get(true) });
  await runner.row(server, { name: 'list 100 groups without members', connections, next: listGroups(false) });
  await runner.row(server, { name: 'list 100 groups with members', connections: 1, next: listGroups(true) });
}

import { goals } from '../goals.mjs';
import { Connection } from '../load/connection.mjs';
import { headers } from '../servers/start.mjs';
import { createGroups, entraCycle } from './requests.mjs';

const connections = 8;

/** Entra ID's first cycle over an empty directory: each person looked for and created, then put into a group. */
export async function firstCycle(runner, server, people) {
  const express = await runner.ceiling(connections);
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(server.url, headers)));
  const begun = performance.now();
  const groups = [];
  for (const request of createGroups(10)) {
    const { body } = await open[0].send(request);
    groups.push(JSON.parse(body.toString()).id);
  }
  const { look, post, join } = entraCycle(groups);
  let wrong = 0;
  for (const steps of [[look, post], [join]]) {
    let next = 0;
    const lane = async (connection) => {
      while (next < people) {
        const number = next++;
        for (const step of steps) {
          const request = step(number);
          const { status, body } = await connection.send(request);
          if (!request.check(status, body)) wrong += 1;
        }
      }
    };
    await Promise.all(open.map(lane));
  }
  const seconds = (performance.now() - begun) / 1000;
  for (const connection of open) connection.close();
  const name = `Entra ID's first cycle, ${people.toLocaleString('en')} people`;
  const requestsPerSecond = (people * 3) / seconds;
  runner.keep({
    name,
    goal: goals.entraCycle,
    server: server.name,
    connections,
    seconds,
    requestsPerSecond,
    wrong,
    express,
  });
}

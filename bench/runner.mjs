import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { measure } from './load/measure.mjs';
import { options } from './options.mjs';
import { headers, startServer } from './servers/start.mjs';

/** Measures rows, each right after the ceiling at the same number of connections, and keeps the results. */
export class Runner {
  rows = [];
  /** The heading under which the next rows stand. */
  section = '';
  #express;
  #isWarm = false;

  /** @param express the server whose answers are the ceiling */
  constructor(express) {
    this.#express = express;
  }

  /** @param peer whether it is the peer's row: its rate is shown beside ours of the same name. */
  async row(server, { name, goal, connections = 16, next, seconds = options.seconds, peer = false }) {
    if (options.only !== undefined && !name.includes(options.only)) return undefined;
    await this.warmUp(server, { connections, next });
    const express = await this.ceiling(connections);
    const result = await watched(server, { connections, seconds, next });
    return this.keep({ name, goal, peer, server: server.name, connections, ...result, express });
  }

  /** Code is compiled while it runs: the first thousand answers say little about the next million. */
  async warmUp(server, { connections, next, seconds = options.warmUpSeconds }) {
    await measure({ url: server.url, headers, connections, seconds, next });
  }

  keep(row) {
    const kept = { section: this.section, ...row };
    this.rows.push(kept);
    if (!options.json) process.stderr.write('.');
    return kept;
  }

  /** What bare Express does now: requests a second, and processor time for one. */
  async ceiling(connections) {
    if (!this.#isWarm) await this.warmUp(this.#express, { connections, next: anything, seconds: 2 });
    this.#isWarm = true;
    return watched(this.#express, { connections, seconds: 0.5, next: anything });
  }
}

/**
 * Measures, and asks the server what it cost: microseconds of processor time for each request, which other programs on the
 * machine disturb less than they do rates, and for how many milliseconds its event loop was blocked at most.
 */
export async function watched(server, { connections, seconds, next }) {
  const before = await server.usage();
  const result = await measure({ url: server.url, headers, connections, seconds, next });
  const after = await server.usage();
  const cpuUs = (after.cpuMs - before.cpuMs) * (1000 / result.requests);
  return { ...result, cpuUs, blockedMs: after.blockedMs };
}

const anything = () => ({ method: 'GET', path: '/', check: (status) => status === 200 });

/** A database file with so many people and their groups. */
export async function seeded(folder, users) {
  const file = path.join(folder, `${users}.db`);
  const begun = performance.now();
  const child = fork(new URL('seed.mjs', import.meta.url), [file, String(users)]);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`seeding ${users} users ended with ${code}`);
  return { file, seconds: (performance.now() - begun) / 1000 };
}

/** Starts the product on a database file. */
export const startProduct = (file) => startServer('drawbridge', { database: `sqlite:${file}` });

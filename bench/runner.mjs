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

  /** @param express the server whose answers are the ceiling */
  constructor(express) {
    this.#express = express;
  }

  /** @param peer whether it is the peer's row: its rate is shown beside ours of the same name. */
  async row(server, { name, goal, connections = 16, next, seconds = options.seconds, peer = false }) {
    if (options.only !== undefined && !name.includes(options.only)) return undefined;
    const express = await this.ceiling(connections);
    const result = await measure({ url: server.url, headers, connections, seconds, next });
    return this.keep({ name, goal, peer, server: server.name, connections, ...result, express });
  }

  keep(row) {
    const kept = { section: this.section, ...row };
    this.rows.push(kept);
    if (!options.json) process.stderr.write('.');
    return kept;
  }

  /** Requests a second that bare Express answers now. */
  async ceiling(connections) {
    const next = () => ({ method: 'GET', path: '/', check: (status) => status === 200 });
    const result = await measure({
      url: this.#express.url,
      headers,
      connections,
      seconds: 0.5,
      warmUpSeconds: 0.1,
      next,
    });
    return result.requestsPerSecond;
  }
}

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

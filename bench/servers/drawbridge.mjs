/**
 * The product in a process of its own: its HTTP surface over a durable database. The directory has a target nobody
 * works for, so that each change queues its due keys, and log lines are made and thrown away.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { Writable } from 'node:stream';
import { createLog } from '../../dist/log.js';
import { createListener } from '../../dist/main.js';
import { Engine } from '../../dist/reconcile/engine.js';
import { openStore } from '../../dist/store/store.js';
import { options, serving } from './serve.mjs';
import { routes, directory } from './directory.mjs';
import { token } from './start.mjs';

const log = createLog({
  level: 'info',
  format: 'json',
  secrets: [token],
  stream: new Writable({ write: (_chunk, _encoding, done) => done() }),
});
const store = await openStore(options.database, routes);
const engine = new Engine({
  store,
  runtimes: [],
  holder: 'bench',
  waitSeconds: 0,
  sweepMs: 3_600_000,
  pollMs: 3_600_000,
});
const sha256 = createHash('sha256').update(token).digest('hex');
const app = createListener(
  {
    kind: 'configured',
    server: { host: '127.0.0.1', port: 0 },
    database: options.database,
    admin: 'off',
    acknowledge: { waitSeconds: 0 },
    sweep: { everyMinutes: 60, invitationsEverySeconds: 3600 },
    directories: [{ name: directory, tokens: [{ label: 'bench', sha256 }], targets: routes.get(directory) }],
    targets: [],
    warnings: [],
    secrets: [],
  },
  { store, engine, log, now: Date.now, startedAt: Date.now() },
);
const server = createServer(app);
server.listen(0, '127.0.0.1', () => {
  serving(`http://127.0.0.1:${server.address().port}`, '/scim/v2/ServiceProviderConfig', () => store.close());
});

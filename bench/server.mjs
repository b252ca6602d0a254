/** The product in a process of its own, on a durable database without targets: what the load generator measures. */
import { startDrawbridge } from '../dist/main.js';

const [, , database, tokenSha256] = process.argv;
const silent = { debug() {}, info() {}, warn() {}, error: console.error };
const running = await startDrawbridge(
  {
    kind: 'configured',
    server: { host: '127.0.0.1', port: 0 },
    database: `sqlite:${database}`,
    admin: 'off',
    acknowledge: { waitSeconds: 0 },
    sweep: { everyMinutes: 60, invitationsEverySeconds: 3600 },
    directories: [{ name: 'bench', tokens: [{ label: 'bench', sha256: tokenSha256 }], targets: [] }],
    targets: [],
    warnings: [],
    secrets: [],
  },
  { log: silent },
);
process.send({ url: running.url });
process.on('message', (message) => {
  if (message === 'memory') process.send({ rss: process.memoryUsage().rss });
  if (message === 'close') void running.close().then(() => process.exit(0));
});

import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The options a server was started with. */
export const options = JSON.parse(process.argv[2] ?? '{}');

/** Tells the parent that the server listens, and does what it asks for: see `startServer`. */
export function serving(url, probe, close) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on('message', (message) => {
    if (message === 'usage') {
      process.send({ ...usage(), blockedMs: delay.max / 1e6 });
      delay.reset();
    }
    if (message === 'close') void Promise.resolve(close()).then(() => process.exit(0));
  });
  process.send({ url, probe });
}

function usage() {
  const { user, system } = process.cpuUsage();
  const { rss } = process.memoryUsage();
  return { rss, peak: process.resourceUsage().maxRSS * 1024, cpuMs: (user + system) / 1000 };
}

/** The options a server was started with. */
export const options = JSON.parse(process.argv[2] ?? '{}');

/** Tells the parent that the server listens, and does what it asks for: see `startServer`. */
export function serving(url, probe, close) {
  process.on('message', (message) => {
    if (message === 'memory') {
      const { user, system } = process.cpuUsage();
      const { rss } = process.memoryUsage();
      process.send({ rss, peak: process.resourceUsage().maxRSS * 1024, cpuMs: (user + system) / 1000 });
    }
    if (message === 'close') void Promise.resolve(close()).then(() => process.exit(0));
  });
  process.send({ url, probe });
}

import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts one of the servers beside this file in a process of its own and waits until it answers a request. */
export async function startServer(name, options = {}) {
  const begun = performance.now();
  const execArgv = process.env.BENCH_PROFILE === name ? ['--cpu-prof', '--cpu-prof-dir=reports'] : [];
  const child = fork(new URL(`${name}.mjs`, import.meta.url), [JSON.stringify(options)], { execArgv });
  const [{ url, probe }] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the ${name} server ended with ${code}`))),
  ]);
  const answer = await fetch(url + probe, { headers });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the ${name} server answered ${answer.status}`);
  const startMs = performance.now() - begun;

  return {
    name,
    url,
    startMs,
    /**
     * Resident memory and its peak so far, in bytes; processor time so far, in milliseconds; and the longest time the event
     * loop was blocked since this was last asked.
     */
    async usage() {
      child.send('usage');
      const [usage] = await once(child, 'message');
      return usage;
    },
    async close() {
      child.send('close');
      await once(child, 'exit');
    },
  };
}

export const token = 'a-token-for-the-benchmark-alone';
export const headers = { Authorization: `Bearer ${token}` };

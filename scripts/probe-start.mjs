/**
 * Proves that `npm start` serves on a machine with no configuration: starts it on a free port, waits for /healthz,
 * asks it to stop, and demands that it stopped by itself.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

const deadlineMs = 120_000;

const port = await freePort();
const child = spawn('npm', ['start'], {
  env: bareEnvironment(port),
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: true,
});
const ended = once(child, 'exit');
try {
  await untilHealthy(`http://127.0.0.1:${port}/healthz`, Date.now() + deadlineMs);
  signalGroup('SIGTERM');
  await untilStopped(`http://127.0.0.1:${port}/healthz`, Date.now() + 30_000);
  console.log('started, answered, stopped');
} catch (error) {
  console.error(`npm start: ${error.message}`);
  process.exitCode = 1;
  signalGroup('SIGKILL');
}

/** npm and the server below it; nothing happens when both are gone. */
function signalGroup(signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Nothing of ours from the surroundings: what is tried is a start with no configuration. */
function bareEnvironment(PORT) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(DRAWBRIDGE|SCIM|DBT|METABASE|RETOOL|DATABASE)_/.test(name),
  );
  return { ...Object.fromEntries(kept), PORT: String(PORT) };
}

async function untilHealthy(url, deadline) {
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error(`${url} did not answer within ${deadlineMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function answers(url) {
  const response = await fetch(url).catch(() => undefined);
  return response?.status === 200;
}

/** npm leaves before the server it started: what counts is that nothing answers any more. */
async function untilStopped(url, deadline) {
  await ended;
  while (await answers(url)) {
    if (Date.now() > deadline) throw new Error('it did not stop within 30 s of SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address();
  server.close();
  await once(server, 'close');
  return free;
}

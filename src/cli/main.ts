#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { environmentFor } from './environment.js';
import { runCli } from './program.js';
import { packageVersion } from './version.js';

const cwd = process.cwd();

/** On standard error, so that what is piped elsewhere holds the answer alone. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

process.exitCode = await runCli(process.argv.slice(2), {
  env: environmentFor(cwd, process.env),
  cwd,
  version: packageVersion(),
  process,
  colours: process.stdout.isTTY && process.stdout.hasColors(),
  ask: process.stdin.isTTY ? ask : undefined,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  now: Date.now,
  fetch: (url, init) => fetch(url, init),
  // Loaded when needed: a command that only asks a server should not pay for being one.
  startDrawbridge: async (config, options) => (await import('../main.js')).startDrawbridge(config, options),
  startSandbox: async (options) => (await import('../sandbox-main.js')).startSandbox(options),
});

#!/usr/bin/env node
import { startDrawbridge, startSandbox } from '../main.js';
import { environmentFor } from './environment.js';
import { runCli } from './program.js';
import { packageVersion } from './version.js';

const cwd = process.cwd();

process.exitCode = await runCli(process.argv.slice(2), {
  env: environmentFor(cwd, process.env),
  cwd,
  version: packageVersion(),
  process,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  now: Date.now,
  fetch: (url, init) => fetch(url, init),
  startDrawbridge,
  startSandbox,
});

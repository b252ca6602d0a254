import { Command } from 'commander';
import { loadConfig } from '../../config.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';

const answerWithinMs = 4000;

/** `drawbridge healthcheck`: does the server of this configuration answer on this machine? For containers, without curl. */
export function healthcheckCommand(context: CliContext): Command {
  return new Command('healthcheck')
    .description('ask the server on this machine whether it lives')
    .option('--config <file>', 'the configuration it was started with')
    .action(async (options: { readonly config?: string }) => {
      const { env, cwd } = context;
      const config = loadConfig({ env, cwd, argvPath: options.config, now: context.now() });
      const { host, port } = config.kind === 'sandbox' ? { host: '127.0.0.1', port: config.port } : config.server;
      const url = `http://${addressOf(host)}:${String(port)}/healthz`;
      await probe(context, url);
      context.out(`${url} answers`);
    });
}

/** A server that listens everywhere also listens on loopback. */
function addressOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function probe(context: CliContext, url: string): Promise<void> {
  const init = { signal: AbortSignal.timeout(answerWithinMs) };
  const status = await context.fetch(url, init).then(
    (response) => response.status,
    () => undefined,
  );
  if (status === 200) return;
  throw new CliError(
    exitCode.failed,
    `${url} ${status === undefined ? 'does not answer' : `answers ${String(status)}`}`,
  );
}

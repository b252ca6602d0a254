import type { Command } from 'commander';
import { doctorSchema } from '../../openapi/plan-schemas.js';
import { callAdmin } from '../admin-client.js';
import { adminCommand } from '../admin-command.js';
import type { AdminCommandOptions } from '../admin-command.js';
import { CliEnd } from '../cli-end.js';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { formatDoctor } from '../format-doctor.js';
import { targetNames } from '../target-names.js';

/** `drawbridge doctor [target]`: whether credential, rights and surroundings are in order; reads only. */
export function doctorCommand(context: CliContext): Command {
  return adminCommand('doctor', 'test each credential and say what it may do; writes nothing')
    .argument('[target]', 'its name in the configuration (default: every target)')
    .addHelpText('after', '\nExits with 1 when a target cannot be worked with.')
    .action(async (target: string | undefined, options: AdminCommandOptions) => {
      const names = target === undefined ? await targetNames(context, options) : [target];
      const findings = [];
      for (const name of names) {
        const path = `/api/v1/targets/${encodeURIComponent(name)}/doctor`;
        findings.push(await callAdmin(context, options, { method: 'GET', path, answer: doctorSchema, patient: true }));
      }
      const asJson = target === undefined ? findings : findings[0];
      context.out(
        options.json === true ? JSON.stringify(asJson, undefined, 2) : findings.map(formatDoctor).join('\n\n'),
      );
      if (findings.some(({ error }) => error !== null)) throw new CliEnd(exitCode.failed);
    });
}

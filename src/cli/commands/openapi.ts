import { Command } from 'commander';
import { openapiYaml } from '../../openapi/document.js';
import type { CliContext } from '../context.js';

/** `drawbridge openapi`: the contract of this version's HTTP surfaces. */
export function openapiCommand(context: CliContext): Command {
  return new Command('openapi').description('print the OpenAPI document of this version').action(() => {
    context.out(openapiYaml(context.version).trimEnd());
  });
}

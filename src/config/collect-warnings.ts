import { isLoopback } from './base-url.js';
import type { Config } from './settings.js';

/** What an operator should see at every start although it is no reason to stop. */
export function collectWarnings(config: Omit<Config, 'warnings'>, now: number): string[] {
  return [
    ...targetsOfNobody(config),
    ...directoriesToNowhere(config),
    ...tokensInTheClear(config),
    ...expiredTokens(config, now),
    ...tokensUsedTwice(config),
  ];
}

function targetsOfNobody({ directories, targets }: Omit<Config, 'warnings'>): string[] {
  const served = new Set(directories.flatMap((directory) => directory.targets));
  return targets
    .filter((target) => !served.has(target.name))
    .map(({ name }) => `target "${name}" is in no directory: nobody will be provisioned into it`);
}

function directoriesToNowhere({ directories }: Omit<Config, 'warnings'>): string[] {
  return directories
    .filter((directory) => directory.targets.length === 0)
    .map(
      ({ name }) => `directory "${name}" has no targets: what its identity provider sends is stored and goes nowhere`,
    );
}

function tokensInTheClear({ targets }: Omit<Config, 'warnings'>): string[] {
  return targets
    .filter(({ baseUrl }) => baseUrl.startsWith('http:') && !isLoopback(baseUrl))
    .map(
      ({ name, baseUrl }) =>
        `target "${name}" is reached over plain HTTP (${baseUrl}): its token can be read on the way`,
    );
}

function expiredTokens({ directories }: Omit<Config, 'warnings'>, now: number): string[] {
  return directories.flatMap(({ name, tokens }) =>
    tokens
      .filter(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now)
      .map(({ label }) => `token "${label}" of directory "${name}" has expired and is refused`),
  );
}

/** One token for two doors: whoever is given the one can open the other. */
function tokensUsedTwice({ directories, admin }: Omit<Config, 'warnings'>): string[] {
  const first = new Map<string, string>();
  if (admin !== 'off') first.set(admin.tokenSha256, 'the admin API');
  return directories.flatMap(({ name, tokens }) =>
    tokens.flatMap(({ label, sha256 }) => {
      const here = `token "${label}" of directory "${name}"`;
      const other = first.get(sha256);
      if (other === undefined) first.set(sha256, here);
      return other === undefined ? [] : [`${here} is also that of ${other}; give each its own`];
    }),
  );
}

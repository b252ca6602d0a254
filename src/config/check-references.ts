import { accountSpace, type AnyTargetConfig } from '../model/target-config.js';
import { suggestion } from './nearest.js';
import { valueAt } from './raw-settings.js';
import type { Problem } from './raw-settings.js';
import type { DirectoryConfig } from './settings.js';

/** A list as far as it could be understood: undefined stands where an entry is wrong in itself. */
export type Understood<T> = readonly (T | undefined)[];

/** What is wrong only between entries: names used twice, targets nobody defined, two writers in one account. */
export function checkReferences(
  raw: unknown,
  directories: Understood<DirectoryConfig>,
  targets: Understood<AnyTargetConfig>,
): Problem[] {
  return [
    ...repeatedNames(raw, 'directories'),
    ...repeatedNames(raw, 'targets'),
    ...reservedDirectoryNames(directories),
    ...repeatedLabels(directories),
    ...unknownTargets(directories, namesIn(raw, 'targets')),
    ...sharedAccounts(targets),
  ];
}

/** Also of entries that are wrong elsewhere: their names still count. */
function namesIn(raw: unknown, list: 'directories' | 'targets'): readonly (string | undefined)[] {
  const entries = valueAt(raw, [list]);
  if (!Array.isArray(entries)) return [];
  return entries.map((entry: unknown) => {
    const name = valueAt(entry, ['name']);
    return typeof name === 'string' ? name : undefined;
  });
}

/** Compared without regard to case: they become paths, and routers differ about that. */
function repeatedNames(raw: unknown, list: 'directories' | 'targets'): Problem[] {
  const names = namesIn(raw, list).map((name) => name?.toLowerCase());
  return names.flatMap((name, index) =>
    name !== undefined && names.indexOf(name) < index
      ? [{ path: [list, index, 'name'], message: `the name "${name}" is already taken` }]
      : [],
  );
}

/** `/scim/v2` is the first directory's address, and the audit trail keeps the engine's own chain under `engine`. */
function reservedDirectoryNames(directories: Understood<DirectoryConfig>): Problem[] {
  return directories.flatMap((directory, index) =>
    directory !== undefined && ['v2', 'engine'].includes(directory.name.toLowerCase())
      ? [{ path: ['directories', index, 'name'], message: `the name "${directory.name}" is reserved` }]
      : [],
  );
}

function repeatedLabels(directories: Understood<DirectoryConfig>): Problem[] {
  return directories.flatMap((directory, index) => {
    const labels = directory?.tokens.map((token) => token.label) ?? [];
    return labels.flatMap((label, at) =>
      labels.indexOf(label) < at
        ? [{ path: ['directories', index, 'tokens', at, 'label'], message: `the label "${label}" is already taken` }]
        : [],
    );
  });
}

function unknownTargets(directories: Understood<DirectoryConfig>, known: readonly (string | undefined)[]): Problem[] {
  const candidates = known.filter((name) => name !== undefined);
  return directories.flatMap((directory, index) =>
    (directory?.targets ?? []).flatMap((name, at, all) => {
      const path = ['directories', index, 'targets', at];
      if (all.indexOf(name) < at) return [{ path, message: `"${name}" is listed twice` }];
      if (candidates.includes(name)) return [];
      return [{ path, message: `there is no target "${name}"${suggestion(name, candidates)}` }];
    }),
  );
}

/** Two writers in one account would each take the other's people for foreign, or for gone. */
function sharedAccounts(targets: Understood<AnyTargetConfig>): Problem[] {
  const owners = new Map<string, string>();
  return targets.flatMap((target, index) => {
    if (target === undefined) return [];
    const space = accountSpace(target);
    const owner = owners.get(space);
    if (owner === undefined) {
      owners.set(space, target.name);
      return [];
    }
    const account = target.type === 'dbt-cloud' ? `account ${target.accountId} at ` : '';
    const message = `"${target.name}" and "${owner}" are the same account space (${account}${target.baseUrl}); give it one target`;
    return [{ path: ['targets', index, 'baseUrl'], message }];
  });
}

import type { z } from 'zod';
import { valueAt } from './raw-settings.js';
import type { Problem, SettingPath } from './raw-settings.js';

type Issue = z.core.$ZodIssue;

/**
 * A schema's complaint in words for an operator, one problem for each unknown key. Never quotes a value: it may be a
 * secret that was put on the wrong line.
 *
 * @param value what was checked, `at` where it stands in the settings
 */
export function describeIssue(issue: Issue, value: unknown, at: SettingPath): Problem[] {
  const inside = issue.path.filter((step): step is string | number => typeof step !== 'symbol');
  const path = [...at, ...inside];
  if (issue.code === 'unrecognized_keys') {
    const lines = issue.message.split('\n');
    return issue.keys.map((key, index) => ({ path: [...path, key], message: lines[index] ?? 'unknown key' }));
  }
  if (issue.code === 'custom') return [{ path, message: issue.message }];
  const found = valueAt(value, inside);
  if (found === undefined) return [{ path, message: 'is required' }];
  if (found === null) return [{ path, message: 'has no value' }];
  return [{ path, message: inWords(issue) }];
}

function inWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${alternatives(issue.values.map(String))}`;
    case 'too_small':
      return issue.origin === 'number'
        ? `must be ${bound('at least', 'more than', issue.inclusive, issue.minimum)}`
        : custom(issue, 'must not be empty');
    case 'too_big':
      return `must be ${bound('at most', 'less than', issue.inclusive, issue.maximum)}`;
    default:
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of settings (key: value)',
  record: 'a block of settings (key: value)',
};

function bound(within: string, beyond: string, inclusive: boolean | undefined, limit: number | bigint): string {
  return `${inclusive === false ? beyond : within} ${String(limit)}`;
}

/** A schema's own sentence where it has one; zod's begins with "Too". */
function custom(issue: Issue, otherwise: string): string {
  return issue.message.startsWith('Too ') ? otherwise : issue.message;
}

function alternatives(values: readonly string[]): string {
  const last = values.at(-1) ?? '';
  return values.length < 2 ? last : `${values.slice(0, -1).join(', ')} or ${last}`;
}

import path from 'node:path';
import { isAlias, isMap, isNode, isPair, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Pair, YAMLError } from 'yaml';
import { ConfigError } from './config-error.js';
import { Interpolation, InterpolationError } from './interpolate.js';
import type { Environment } from './interpolate.js';
import { formatPath } from './raw-settings.js';
import type { Problem, RawSettings, SettingPath } from './raw-settings.js';

/**
 * Reads a YAML file's text into settings that remember their lines, references resolved.
 *
 * @param file absolute path; `shown` is what the operator calls it.
 * @throws {ConfigError} when the text is not YAML
 */
export function readYaml(text: string, file: string, shown: string, env: Environment): RawSettings {
  const interpolation = new Interpolation(env, path.dirname(file));
  const lines = new LineCounter();
  const document = parseDocument(interpolation.hide(text), { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => `${shown}:${String(lines.linePos(offset).line)}`;

  const syntax = [...document.errors, ...document.warnings, ...danglingAliases(document)];
  if (syntax.length > 0) throw new ConfigError(syntax.map((each) => `${place(each.pos[0])}: ${describe(each)}`));

  const problems: Problem[] = [];
  const value = resolveLeaves(toPlain(document, shown), [], interpolation, problems);
  const locate = (at: SettingPath) => {
    const shownPath = formatPath(at);
    return `${place(offsetOf(document, at))}${shownPath === '' ? '' : `: ${shownPath}`}`;
  };
  return { from: 'file', value, problems, locate };
}

interface SyntaxProblem {
  readonly code: string;
  readonly pos: readonly [number, number];
}

/** An unquoted `*word` is an alias to YAML; the library would name the word, which may be a token. */
function danglingAliases(document: Document): SyntaxProblem[] {
  const found: SyntaxProblem[] = [];
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) === undefined) found.push({ code: 'BAD_ALIAS', pos: [node.range?.[0] ?? 0, 0] });
    },
  });
  return found;
}

/** Our words for the library's codes: its own messages quote the file, and what they quote may be a secret. */
function describe(problem: SyntaxProblem | YAMLError): string {
  const words: Readonly<Record<string, string>> = {
    BAD_ALIAS: 'a value that begins with * must stand in quotes',
    TAG_RESOLVE_FAILED: 'a value that begins with ! must stand in quotes',
    DUPLICATE_KEY: 'this key stands twice in the same block',
    TAB_AS_INDENT: 'a tab indents this line; YAML wants spaces',
    BAD_INDENT: 'this line is not indented like its neighbours',
    MISSING_CHAR: 'a quote, bracket, comma or colon is missing',
    BAD_SCALAR_START: 'a value that begins with @, ` or % must stand in quotes',
    MULTIPLE_DOCS: 'the file holds more than one YAML document',
  };
  return words[problem.code] ?? 'this is not valid YAML here';
}

function toPlain(document: Document, shown: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    throw new ConfigError([`${shown}: its aliases (*name) multiply beyond reason`]);
  }
}

function resolveLeaves(value: unknown, at: SettingPath, interpolation: Interpolation, problems: Problem[]): unknown {
  if (typeof value === 'string') {
    try {
      return interpolation.resolve(value);
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      problems.push({ path: at, message: error.message });
      return undefined;
    }
  }
  if (Array.isArray(value)) {
    return value.map((each, index) => resolveLeaves(each, [...at, index], interpolation, problems));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, each]) => {
      const key = interpolation.reveal(name);
      return [key, resolveLeaves(each, [...at, key], interpolation, problems)] as const;
    });
    return Object.fromEntries(entries);
  }
  return value;
}

/** Where a setting stands in the text; for one that is absent, where the nearest thing around it stands. */
function offsetOf(document: Document, at: SettingPath): number {
  for (let depth = at.length; depth > 0; depth -= 1) {
    const parent = depth === 1 ? document.contents : document.getIn(at.slice(0, depth - 1), true);
    const offset = isMap(parent)
      ? keyOffset(parent.items, at[depth - 1])
      : startOf(document.getIn(at.slice(0, depth), true));
    if (offset !== undefined) return offset;
  }
  return startOf(document.contents) ?? 0;
}

function keyOffset(pairs: readonly Pair[], key: string | number | undefined): number | undefined {
  const pair = pairs.find((each) => isPair(each) && isNode(each.key) && String(each.key) === String(key));
  return pair === undefined ? undefined : startOf(pair.key);
}

function startOf(node: unknown): number | undefined {
  return isNode(node) && !isAlias(node) ? node.range?.[0] : undefined;
}

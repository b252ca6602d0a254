import type { z } from 'zod';
import type { AnyTargetConfig } from '../model/target-config.js';
import { describeIssue } from './describe-issue.js';
import { suggestion } from './nearest.js';
import { formatPath, valueAt } from './raw-settings.js';
import type { Problem, RawSettings, SettingPath } from './raw-settings.js';
import { adminSchema, topLevelKeys } from './section-schemas.js';
import type { AdminConfig } from './settings.js';
import { targetSchemas } from './target-schemas.js';

/** Collects what is wrong while section after section is looked at. */
export class Checks {
  readonly #raw: RawSettings;
  readonly #problems: Problem[];

  constructor(raw: RawSettings) {
    this.#raw = raw;
    this.#problems = [...raw.problems];
  }

  add(...problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

  /** One line for each place: what was found there first is the cause of what was found there later. */
  lines(): string[] {
    const byPlace = new Map<string, string>();
    for (const { path, message } of this.#problems) {
      const place = formatPath(path);
      if (!byPlace.has(place)) byPlace.set(place, `${this.#raw.locate(path)}: ${message}`);
    }
    return [...byPlace.values()];
  }

  section<Schema extends z.ZodType>(schema: Schema, at: SettingPath): z.output<Schema> | undefined {
    const value = valueAt(this.#raw.value, at);
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    this.add(...result.error.issues.flatMap((issue) => describeIssue(issue, value, at)));
    return undefined;
  }

  topLevelKeys(): void {
    const { value } = this.#raw;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.add({ path: [], message: 'must be a block of settings (key: value)' });
      return;
    }
    const known: readonly string[] = topLevelKeys;
    for (const key of Object.keys(value).filter((each) => !known.includes(each))) {
      this.add({ path: [key], message: `unknown key${suggestion(key, known) || `; known here: ${known.join(', ')}`}` });
    }
  }

  /** A missing section is an empty list; anything else must be a list. */
  list<T>(name: 'directories' | 'targets', check: (at: SettingPath) => T): T[] {
    const value = valueAt(this.#raw.value, [name]) ?? [];
    if (Array.isArray(value)) return value.map((_, index) => check([name, index]));
    this.add({ path: [name], message: 'must be a list' });
    return [];
  }

  /** Never open by omission: without a token the operator must say so in so many words. */
  admin(): AdminConfig | 'off' | undefined {
    const value = valueAt(this.#raw.value, ['admin']);
    if (value === 'off') return 'off';
    const wayOut =
      this.#raw.from === 'file'
        ? 'set admin: { token: ${DRAWBRIDGE_ADMIN_TOKEN} }, or admin: off to run without admin API and console'
        : 'set at least 16 characters, or "off" to run without admin API and console';
    if (value === undefined || value === null) {
      this.add({ path: ['admin', 'token'], message: `is required: ${wayOut}` });
      return undefined;
    }
    if (typeof value !== 'object') {
      this.add({ path: ['admin'], message: wayOut });
      return undefined;
    }
    return this.section(adminSchema, ['admin']);
  }

  target(at: SettingPath): AnyTargetConfig | undefined {
    const type = valueAt(this.#raw.value, [...at, 'type']);
    const path = [...at, 'type'];
    const known = Object.keys(targetSchemas);
    if (typeof type !== 'string') {
      this.add({ path, message: `is required: ${known.join(' or ')}` });
      return undefined;
    }
    const schema = Object.hasOwn(targetSchemas, type) ? targetSchemas[type] : undefined;
    if (schema !== undefined) return this.section(schema, at);
    const hint = suggestion(type, known) || `; known: ${known.join(', ')}`;
    this.add({ path, message: `there is no target type "${type}"${hint}` });
    return undefined;
  }
}

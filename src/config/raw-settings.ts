/** Where a setting stands: `['targets', 0, 'baseUrl']`. */
export type SettingPath = readonly (string | number)[];

/** One thing wrong with the configuration, in words for the operator. */
export interface Problem {
  readonly path: SettingPath;
  readonly message: string;
}

/** Settings as they were found, unchecked, together with the way to point at any of them. */
export interface RawSettings {
  readonly from: 'file' | 'environment';
  readonly value: unknown;
  /** Problems found while reading: a variable that is not set, a secret file that cannot be read. */
  readonly problems: readonly Problem[];
  /** The place as an operator finds it: `drawbridge.yaml:12: targets[0].baseUrl`, or a variable's name. */
  locate(path: SettingPath): string;
}

/** `targets[0].baseUrl`; empty for the whole. */
export function formatPath(path: SettingPath): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${String(step)}]` : index === 0 ? step : `.${step}`))
    .join('');
}

/** The unchecked value at a path; undefined when there is none. */
export function valueAt(value: unknown, path: SettingPath): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}

const mask = '[redacted]';

/** Deeper than any field we log; what lies below is left out rather than searched for ever. */
const deepest = 12;

/** Names that hold a credential, after case and separators are taken out: `X-Api-Key` is `xapikey`. */
const secretName = /(authorization|tokens?|passwords?|passphrase|secrets?|apikeys?|cookies?|credentials?|privatekey)$/;

export interface RedactionOptions {
  /** Values masked wherever they occur in a string, also percent-encoded. */
  readonly secrets: readonly string[];
  /** Whether errors keep their stacks. */
  readonly stacks: boolean;
}

/**
 * Makes the function every log entry passes through: a copy of plain data, in which fields named like a credential and
 * text that contains one are masked, and errors are reduced to what may be shown.
 *
 * Never throws: cycles, getters that fail and values JSON cannot hold become a word in their place.
 */
export function createRedaction({ secrets, stacks }: RedactionOptions): <T>(value: T) => T {
  const needles = secretForms(secrets);
  const maskText = (text: string) => needles.reduce((masked, needle) => masked.replaceAll(needle, mask), text);

  function copy(value: unknown, above: readonly object[]): unknown {
    if (typeof value === 'string') return maskText(value);
    if (typeof value === 'bigint') return value.toString();
    if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
    if (typeof value !== 'object' || value === null) return value;
    if (above.includes(value)) return '[circular]';
    if (above.length >= deepest) return '[deep]';
    try {
      return copyObject(value, [...above, value]);
    } catch {
      return '[unreadable]'; // a getter threw
    }
  }

  function copyObject(value: object, above: readonly object[]): unknown {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (value instanceof URL) return maskText(value.href);
    if (Buffer.isBuffer(value) || ArrayBuffer.isView(value)) return '[bytes]';
    if (Array.isArray(value) || value instanceof Set) return Array.from(value, (each) => copy(each, above));
    if (value instanceof Map)
      return copyEntries(
        Array.from(value, ([key, each]) => [String(key), each]),
        above,
      );
    return copyEntries(isError(value) ? shownOfError(value, stacks) : Object.entries(value), above);
  }

  function copyEntries(entries: readonly (readonly [string, unknown])[], above: readonly object[]): unknown {
    return Object.fromEntries(
      entries.map(([key, each]) => [maskText(key), isSecret(key, each) ? mask : copy(each, above)]),
    );
  }

  return <T>(value: T): T => copy(value, []) as T;
}

/** A credential's name over nothing at all shows that nothing was there, which is worth seeing. */
function isSecret(name: string, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'number') return false;
  return secretName.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/** Longest first, so that one secret inside another leaves no tail. Very short values would blot out ordinary words. */
function secretForms(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  return [...new Set(forms)].filter((form) => form.length >= 6).sort((one, other) => other.length - one.length);
}

/** Also errors of another realm, and of libraries that only look like one. */
function isError(value: object): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** Not the whole error: those of HTTP libraries carry the request with its headers and body. */
function shownOfError(error: Error, stacks: boolean): (readonly [string, unknown])[] {
  const code: unknown = 'code' in error ? error.code : undefined;
  return [
    ['name', error.name],
    ['message', error.message],
    ...(typeof code === 'string' || typeof code === 'number' ? [['code', code] as const] : []),
    ...(error.cause === undefined ? [] : [['cause', error.cause] as const]),
    ...(stacks && error.stack !== undefined ? [['stack', error.stack] as const] : []),
  ];
}

import { isUtf8 } from 'node:buffer';
import { ScimError } from './scim-error.js';

/** No SCIM message needs ten. Without a bound, whatever walks a body by recursion could be sent over its stack. */
const mostLevels = 32;

/**
 * Parses the bytes of a body. How deep it is nested is looked at first: the parser itself takes seconds for megabytes of
 * brackets.
 *
 * @throws {ScimError} 400 `invalidSyntax` for what is not JSON in UTF-8, or nested too deep.
 */
export function parseJson(bytes: Buffer): unknown {
  // Read on, it would be stored with replacement characters in place of what was sent.
  if (!isUtf8(bytes)) throw ScimError.badRequest('invalidSyntax', 'The body is not valid UTF-8.');
  if (isDeeperThan(mostLevels, bytes)) {
    throw ScimError.badRequest('invalidSyntax', `The body is nested more than ${mostLevels} levels deep.`);
  }
  try {
    return JSON.parse(textOf(bytes));
  } catch (error) {
    throw ScimError.badRequest('invalidSyntax', 'The body is not valid JSON.', { cause: error });
  }
}

const [quote, backslash, openList, closeList, openObject, closeObject] = Buffer.from('"\\[]{}');

/** Counts brackets outside of texts; in UTF-8 none of these bytes is ever part of another character. */
function isDeeperThan(levels: number, bytes: Buffer): boolean {
  let depth = 0;
  let inText = false;
  for (let place = 0; place < bytes.length; place += 1) {
    const byte = bytes[place];
    if (inText) {
      if (byte === backslash) place += 1;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === openList || byte === openObject) depth += 1;
    else if (byte === closeList || byte === closeObject) depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}

/** Some clients begin with a byte order mark. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

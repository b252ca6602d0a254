import { hash } from 'node:crypto';
import { ScimError } from './scim-error.js';

/**
 * A resource's version (RFC 7644 §3.14): a number that grows with every change of its own attributes, and, where the
 * representation holds more than those, a digest of the rest. A user's groups and provisioning state change without a
 * change of the user; `304 Not Modified` must not hide that, while an update must not be refused for it.
 */
export function versionTag(version: number, derived?: unknown): string {
  if (derived === undefined) return `W/"${version}"`;
  const digest = hash('sha256', JSON.stringify(derived), 'base64url').slice(0, 10);
  return `W/"${version}.${digest}"`;
}

/**
 * Refuses a write that was meant for another version.
 *
 * @throws {ScimError} 412
 */
export function checkIfMatch(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined) return;
  const wanted = tagsOf(ifMatch);
  if (wanted === 'any' || wanted.some((tag) => tag.split('.')[0] === String(version))) return;
  throw new ScimError(412, 'The resource has changed since the version named in If-Match; read it again.');
}

/** Whether the client already has exactly this representation. */
export function isUnmodified(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const known = tagsOf(ifNoneMatch);
  return known === 'any' || known.includes(opaque(tag));
}

/** The opaque parts of a list of entity tags, weak or strong: SCIM compares weakly. */
function tagsOf(header: string): 'any' | readonly string[] {
  if (header.trim() === '*') return 'any';
  return header.split(',').map(opaque);
}

function opaque(tag: string): string {
  return tag
    .trim()
    .replace(/^W\//i, '')
    .replace(/^"(.*)"$/, '$1');
}

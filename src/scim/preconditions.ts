import { hash } from 'node:crypto';
import { ScimError } from './scim-error.js';
import type { ScimRequest } from './scim-request.js';

/**
 * A resource's version (RFC 7644 §3.14): a number that grows with every change of its own attributes, and, where the
 * representation holds more than those, a digest of the rest. A user's groups and provisioning state change without a
 * change of the user; `304 Not Modified` must not hide that, while an update must not be refused for it.
 */
export function versionTag(version: number, derived?: string): string {
  if (derived === undefined) return `W/"${version}"`;
  const digest = hash('sha256', derived, 'base64url').slice(0, 10);
  return `W/"${version}.${digest}"`;
}

/**
 * Refuses a write whose preconditions do not hold (RFC 9110 §13.1): `If-Match` names another version, or
 * `If-None-Match` this one. Both look at the resource's own attributes only.
 *
 * @throws {ScimError} 412
 */
export function checkPreconditions({ header }: Pick<ScimRequest, 'header'>, version: number): void {
  if (!isNamed(header('if-match') ?? '*', version)) {
    throw new ScimError(412, 'The resource has changed since the version named in If-Match; read it again.');
  }
  const unwanted = header('if-none-match');
  if (unwanted !== undefined && isNamed(unwanted, version)) {
    throw new ScimError(412, 'The resource is what If-None-Match says it must not be.');
  }
}

function isNamed(tags: string, version: number): boolean {
  const named = tagsOf(tags);
  return named === 'any' || named.some((tag) => tag.split('.')[0] === String(version));
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

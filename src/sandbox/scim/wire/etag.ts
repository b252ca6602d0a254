import { Refusal } from '../../kit/refusal.js';
import type { Resource } from '../state/directory.js';
import type { Call } from './route.js';

/** Weak, as the version counts changes and not bytes (RFC 7644 §3.14). */
export function etagOf({ version }: Resource): string {
  return `W/"${String(version)}"`;
}

/** @throws {Refusal} 412 for another version, 428 (RFC 6585) when a rule wants one and none is named */
export function requireMatch({ dir, header }: Call, resource: Resource): void {
  const { etags } = dir.rules;
  if (etags === 'none') return;
  const wanted = header('if-match');
  if (wanted === undefined) {
    if (etags === 'required') throw new Refusal(428, 'Name the version to change with If-Match.');
    return;
  }
  if (!names(wanted, resource)) throw new Refusal(412, 'The resource has changed since.');
}

/** Whether the caller has this version already. */
export function isKnown({ dir, header }: Call, resource: Resource): boolean {
  const known = header('if-none-match');
  return dir.rules.etags !== 'none' && known !== undefined && names(known, resource);
}

function names(list: string, resource: Resource): boolean {
  const tags = list.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etagOf(resource).replace(/^W\//, ''));
}

import { createHash } from 'node:crypto';
import { fold } from '../../../model/fold.js';
import type { Document } from '../schema/document.js';
import { isObject, isSame, withAttribute } from '../schema/document.js';
import type { Directory, Resource } from './directory.js';

/** A resource that is new in the directory; the same sequence of births gives the same ids. */
export function born(dir: Directory, document: Document, isNumbered = false): Resource {
  dir.data.born += 1;
  const id = isNumbered ? String(dir.data.born) : uuidOf(dir.data.born);
  const at = dir.now();
  return { id, created: at, lastModified: at, version: 1, document: kept(dir, document), folded: foldedName(document) };
}

/** Writes a document; one that is the same as before is no change. */
export function write(dir: Directory, resource: Resource, document: Document): void {
  const next = kept(dir, document);
  if (isSame(resource.document, next)) return;
  resource.document = next;
  resource.folded = foldedName(next);
  touch(dir, resource);
}

export function touch(dir: Directory, resource: Resource): void {
  resource.version += 1;
  resource.lastModified = dir.now();
}

/** Notes what a PUT of the whole resource did not send back. */
export function noteLosses(dir: Directory, { id, document }: Resource, next: Document): void {
  for (const name of losses(document, next)) dir.emit({ kind: 'lost', of: id, name });
}

function foldedName(document: Document): string {
  return fold(String(document['userName'] ?? document['displayName']));
}

/** What this server keeps of what it is sent. */
function kept({ rules }: Directory, document: Document): Document {
  return rules.externalId === 'kept' ? document : withAttribute(document, 'externalId', undefined);
}

function losses(before: Document, after: Document): string[] {
  return Object.entries(before).flatMap(([name, held]) => {
    const now = after[name];
    if (now === undefined) return [name];
    if (isObject(held) && isObject(now)) return losses(held, now).map((each) => `${name}.${each}`);
    return Array.isArray(held) && Array.isArray(now) && now.length < held.length ? [name] : [];
  });
}

function uuidOf(number: number): string {
  const digest = createHash('sha256')
    .update(`resource ${String(number)}`)
    .digest('hex')
    .slice(0, 32);
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

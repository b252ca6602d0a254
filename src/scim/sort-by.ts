import { comparedAttribute, resolvePath, type ResolvedPath } from '../model/resource-schema.js';
import { parseAttributePath } from './filter/parse-attribute-path.js';
import { isComputed } from './filter/filter-rules.js';
import { schemaOf } from './schema/resource-schemas.js';
import { ScimError } from './scim-error.js';

/** What to sort each kind of resource by; a kind without the attribute has no entry and counts as having no value. */
export type SortAttributes = ReadonlyMap<'User' | 'Group', ResolvedPath>;

/**
 * Reads `sortBy` (RFC 7644 §3.4.2.3) for the kinds of resources a listing is about: an attribute or sub-attribute in any
 * case, perhaps qualified by its URN.
 *
 * The RFC has no keyword of its own for a bad `sortBy`. It is refused rather than ignored: a client that pages through a
 * list it believes sorted would draw wrong conclusions.
 *
 * @throws {ScimError} 400 `invalidValue` for a name that is malformed or unknown to all of these kinds, for a complex
 *   attribute without a `value`, and for what is computed for each answer or never returned.
 */
export function readSortBy(sortBy: string, types: readonly ('User' | 'Group')[]): SortAttributes {
  const path = parseAttributePath(sortBy);
  if (path === undefined) throw refusal('is no attribute name');
  const known = types.flatMap((type) => {
    const resolved = resolvePath(schemaOf(type), path);
    return resolved === undefined ? [] : [[type, resolved] as const];
  });
  if (known.length === 0) throw refusal('names no attribute we know');
  for (const [, resolved] of known) refuseUnsortable(resolved);
  return new Map(known);
}

function refuseUnsortable(resolved: ResolvedPath): void {
  if (isComputed(resolved) || resolved.attribute.returned === 'never') throw refusal('cannot be sorted by');
  if (comparedAttribute(resolved) === undefined) throw refusal('is complex: name one of its sub-attributes');
}

function refusal(problem: string): ScimError {
  return ScimError.badRequest('invalidValue', `The attribute in sortBy ${problem}.`);
}

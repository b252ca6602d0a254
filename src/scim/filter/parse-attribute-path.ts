import type { AttributePath } from '../../model/filter.js';

/** RFC 7643 §2.1 `ATTRNAME`, with `$` for `$ref` and the `_` some clients use. */
const attributeName = /^[a-z$][\w$-]*$/i;

/**
 * Splits `name`, `name.subName` and their forms qualified by a URN. The URN ends at the last colon, so the dot in
 * `…:2.0:User:name` is part of it. Undefined when a name is malformed; whether it is known is not asked here.
 */
export function parseAttributePath(text: string): AttributePath | undefined {
  const colon = text.lastIndexOf(':');
  const schema = colon === -1 ? undefined : text.slice(0, colon);
  if (schema !== undefined && !/^urn:/i.test(schema)) return undefined;
  const [attribute = '', subAttribute, ...more] = text.slice(colon + 1).split('.');
  if (more.length > 0 || !attributeName.test(attribute)) return undefined;
  if (subAttribute !== undefined && !attributeName.test(subAttribute)) return undefined;
  return { schema, attribute, subAttribute };
}

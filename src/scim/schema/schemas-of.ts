import { schemaOf } from './resource-schemas.js';

/**
 * The `schemas` of a resource about to be sent, judged by the JSON of its attributes: its own URN first, then that of
 * every extension it has attributes of. What the client put into `schemas` plays no part, so no unknown URN is ever
 * echoed (RFC 7643 §3).
 *
 * A quote inside a JSON text is always escaped, so `"<urn>":` can only be a key; and only the resource itself has keys
 * like that.
 */
export function schemasOf(attributes: string, type: 'User' | 'Group'): string[] {
  const { urn, extensions } = schemaOf(type);
  const schemas = [urn];
  if (!attributes.includes('"urn:')) return schemas;
  for (const extension of extensions.values()) {
    if (attributes.includes(`"${extension.urn}":`)) schemas.push(extension.urn);
  }
  return schemas;
}

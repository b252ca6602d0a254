import { groupSchema, schemaOf, userSchema } from './resource-schemas.js';

/**
 * The `schemas` of a resource about to be sent, judged by the JSON of its attributes: its own URN first, then that of
 * every extension it has attributes of. What the client put into `schemas` plays no part, so no unknown URN is ever
 * echoed (RFC 7643 §3).
 *
 * A quote inside a JSON text is always escaped, so `"<urn>":` can only be a key; and only the resource itself has keys
 * like that.
 */
export function schemasOf(attributes: string, type: 'User' | 'Group'): string[] {
  const known = extensionKeys[type];
  const carried = new Set<string>();
  // One pass over the text, whatever the number of extensions.
  for (let at = attributes.indexOf('"urn:'); at !== -1; at = attributes.indexOf('"urn:', at + 1)) {
    const found = known.find(({ key }) => attributes.startsWith(key, at));
    if (found !== undefined) carried.add(found.urn);
  }
  const { urn } = schemaOf(type);
  if (carried.size === 0) return [urn];
  return [urn, ...known.flatMap((each) => (carried.has(each.urn) ? [each.urn] : []))];
}

const keysOf = ({ extensions }: typeof userSchema) =>
  [...extensions.values()].map(({ urn }) => ({ urn, key: `"${urn}":` }));

const extensionKeys = { User: keysOf(userSchema), Group: keysOf(groupSchema) };

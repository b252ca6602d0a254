import { schemaOf } from './resource-schemas.js';

/**
 * The `schemas` of a resource about to be sent: its own URN first, then that of every extension it has attributes of.
 * What the client put into `schemas` plays no part, so no unknown URN is ever echoed (RFC 7643 §3).
 */
export function schemasOf(resource: Readonly<Record<string, unknown>>, type: 'User' | 'Group'): string[] {
  const schema = schemaOf(type);
  const extensions = [...schema.extensions.values()].map(({ urn }) => urn);
  return [schema.urn, ...extensions.filter((urn) => resource[urn] !== undefined)];
}

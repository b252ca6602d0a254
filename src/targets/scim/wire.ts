import { z } from 'zod';

/** A resource as received, unknown attributes included: what a full-state write starts from. */
export type Raw = Readonly<Record<string, unknown>>;

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Ids are text (RFC 7643 §3.1); some servers send their database's numbers. */
export const idAnswer = z.union([z.string().min(1), z.number()]).transform(String);

/** What a write's answer must be where only its being an answer matters: some servers send no body, or not the resource. */
export const anyAnswer = z.unknown();

/** The attributes of a complex value; none where there is no such value. */
export function complex(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}

/** A text that says something; blank is unassigned. */
export function given(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** `meta.version`: to be sent back as `If-Match` (RFC 7644 §3.14). */
export const versionOf = (raw: Raw): string | undefined => given(complex(raw['meta'])['version']);

const serverSide = new Set(['id', 'meta', 'groups']);

/** What a PUT sends back: everything, but for what the server alone decides (RFC 7644 §3.5.1). */
export function writable(raw: Raw): Raw {
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !serverSide.has(name)));
}

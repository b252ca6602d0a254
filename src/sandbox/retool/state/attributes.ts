import { Refusal } from '../../kit/refusal.js';
import { choices } from '../choices.js';
import { uuidOf } from './ids.js';
import type { Organisation } from './organisation.js';
import type { AttributeDefinition, Metadata } from './records.js';

/** Makes a user attribute known to the organisation. */
export function defineAttribute(org: Organisation, name: string, label = name): AttributeDefinition {
  const definition = { id: uuidOf(`attribute ${name}`), name, label };
  org.data.attributes.set(name, definition);
  return definition;
}

/** Metadata with one attribute set. @throws {Refusal} 404 for an attribute the organisation does not know */
export function withAttribute(org: Organisation, metadata: Metadata, name: string, value: unknown): Metadata {
  requireAttribute(org, name);
  return { ...metadata, [name]: value };
}

/** Metadata without an attribute. @throws {Refusal} as `withAttribute` */
export function withoutAttribute(org: Organisation, metadata: Metadata, name: string): Metadata {
  requireAttribute(org, name);
  return Object.fromEntries(Object.entries(metadata).filter(([each]) => each !== name));
}

function requireAttribute(org: Organisation, name: string): void {
  if (org.data.attributes.has(name)) return;
  throw new Refusal(choices.undefinedAttribute, `No user attribute '${name}' found for organization`);
}

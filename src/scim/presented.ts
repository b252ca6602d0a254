import type { JsonObject } from './json.js';
import { JsonText } from './json-text.js';
import { project, type Projection } from './project.js';

/** A resource as the identity provider sees it, ready to be projected and sent, and its entity tag. */
export interface Presented {
  /** JSON of an object. */
  readonly text: string;
  readonly tag: string;
}

/** What is sent of a resource: all of it as it stands, or the part the client asked for. */
export function projected({ text }: Presented, projection: Projection, type: 'User' | 'Group'): object {
  const isWhole = projection.attributes === undefined && projection.excludedAttributes === undefined;
  return isWhole ? new JsonText(text) : project(JSON.parse(text) as JsonObject, projection, type);
}

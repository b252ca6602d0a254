import type { ResponseConfig } from '@asteasolutions/zod-to-openapi';
import type { z } from 'zod';
import type { Operation } from './operation.js';
import type { shareFailures } from './shared-failures.js';

export const mediaType = 'application/scim+json';

/** What the parts of the SCIM contract are written with. */
export interface ScimContext {
  readonly search: z.ZodType;
  readonly patch: z.ZodType;
  failures: ReturnType<typeof shareFailures>;
  add(operation: Omit<Operation, 'tag'>): void;
}

/** A successful answer in the media type of SCIM (RFC 7644 §3.1). */
export function scim(description: string, schema: z.ZodType): ResponseConfig {
  return { description, content: { [mediaType]: { schema } } };
}

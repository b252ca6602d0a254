import type { ResponseConfig } from '@asteasolutions/zod-to-openapi';
import type { z } from 'zod';
import type { Operation } from '../operation.js';
import type { Failures } from '../shared-failures.js';

/** Adds one operation below `/api/v1`. */
export type AddAdminOperation = (operation: Omit<Operation, 'tag'>) => void;

/** The failures every operation has, and the further statuses named. */
export type AdminFailures = Failures;

/** A JSON answer. */
export function json(description: string, schema: z.ZodType): ResponseConfig {
  return { description, content: { 'application/json': { schema } } };
}

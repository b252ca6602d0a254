import type { OpenAPIRegistry, ResponseConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { registerOperation } from './operation.js';

/** Adds what machines ask to know whether and how well the process lives; open to anybody who can reach the port. */
export function describeHealth(registry: OpenAPIRegistry): void {
  const health = (description: string): ResponseConfig => ({
    description,
    content: { 'application/json': { schema: healthSchema } },
  });
  const common = { method: 'get', tag: 'health', secured: false } as const;

  registerOperation(registry, {
    ...common,
    path: '/healthz',
    operationId: 'getHealth',
    summary: 'Is the process alive',
    description: 'Says nothing about targets: a vendor that is down is no reason to restart Drawbridge.',
    responses: { 200: health('It is.') },
  });
  registerOperation(registry, {
    ...common,
    path: '/readyz',
    operationId: 'getReadiness',
    summary: 'Can it take requests',
    description: 'The store can be reached and its migrations are done.',
    responses: { 200: health('It can.'), 503: health('Not now; send requests elsewhere.') },
  });
  registerOperation(registry, {
    ...common,
    path: '/metrics',
    operationId: 'getMetrics',
    summary: 'Metrics for Prometheus',
    description: 'In the text exposition format.',
    responses: {
      200: { description: 'The metrics.', content: { 'text/plain': { schema: z.string() } } },
    },
  });
}

const healthSchema = z.looseObject({ status: z.string().meta({ example: 'ok' }) }).meta({ id: 'Health' });

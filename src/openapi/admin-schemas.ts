import { z } from 'zod';

/** Bodies of the admin API. What the server sends and what the command line expects are these. */

const count = z.number().int().min(0);
const instant = z.iso.datetime({ offset: true });

export const targetStatusSchema = z
  .object({
    name: z.string().meta({ example: 'dbt' }),
    type: z.string().meta({ example: 'dbt-cloud' }),
    mode: z.enum(['observe', 'grant-only', 'full']),
    healthy: z.boolean().meta({ description: 'Whether the target as a whole can be worked with.' }),
    converged: z.boolean().meta({
      description: 'Nothing is due, held or failing: the target holds what the identity provider asked for.',
    }),
    due: count.meta({ description: 'People and groups still to be brought into line.' }),
    held: count.meta({ description: 'Plans waiting for a person to release or reject them.' }),
    failing: count.meta({ description: 'People and groups given up on; `/api/v1/failing` says why.' }),
    drift: count.meta({ description: 'What was changed there by hand and is still so; `/api/v1/drift` lists it.' }),
    dialect: z.string().nullable().meta({
      description: "Which of the vendor's surfaces is spoken, or what its plan lets be done; null until it was seen.",
    }),
    pausedUntil: instant
      .nullable()
      .meta({ description: 'Set while nothing is sent: the vendor asked for it, or the last calls failed.' }),
    lagSeconds: z.number().min(0).meta({ description: 'Age of the oldest due change; 0 when nothing is due.' }),
    lastSweepAt: instant.nullable().meta({ description: 'When everything was last compared.' }),
    lastError: z
      .string()
      .nullable()
      .meta({ description: "The vendor's reason, in words, while the target is unhealthy." }),
  })
  .meta({ id: 'TargetStatus' });

export const statusSchema = z
  .object({
    version: z.string(),
    uptimeSeconds: z.number().min(0),
    directories: z.array(
      z.object({
        name: z.string().meta({ example: 'acme' }),
        users: count,
        groups: count,
        lastRequestAt: instant.nullable().meta({ description: 'When the identity provider last called.' }),
      }),
    ),
    targets: z.array(targetStatusSchema),
    warnings: z.array(z.string()).meta({ description: 'What should be put right although it is no reason to stop.' }),
  })
  .meta({ id: 'Status' });

export const syncAcceptedSchema = z
  .object({
    target: z.string(),
    due: count.meta({ description: 'How much is due now.' }),
  })
  .meta({ id: 'SyncAccepted' });

export const heldPlanSchema = z
  .object({
    id: z.string(),
    target: z.string(),
    createdAt: instant,
    reasons: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .meta({ description: 'Why the guard would not let it pass.' }),
    operations: z
      .array(z.object({ kind: z.string(), summary: z.string(), reason: z.string() }))
      .meta({ description: 'What would be done, in the order it would be done.' }),
    subjects: z.array(z.string()).meta({ description: 'The people and groups it is about.' }),
    causes: z
      .array(z.object({ actor: z.string(), requestId: z.string() }))
      .meta({ description: 'Which requests asked for it.' }),
  })
  .meta({ id: 'HeldPlan' });

export const heldSchema = z.object({ result: z.array(heldPlanSchema) }).meta({ id: 'Held' });

export const reviewSchema = z
  .object({
    unavailable: z.string().nullable().meta({ description: 'Why the target could not be looked at; else null.' }),
    willDo: z.array(z.string()).meta({ description: 'What a release lets happen, as the world is now.' }),
    noLongerWanted: z.array(z.string()).meta({ description: 'Held then, not wanted any more: it will not happen.' }),
    notIncluded: z.array(z.string()).meta({ description: 'Wanted by now for the same people, and still held.' }),
  })
  .meta({ id: 'HeldPlanReview' });

export const heldPlanDetailSchema = heldPlanSchema
  .extend({ state: z.string(), review: reviewSchema.nullable() })
  .meta({ id: 'HeldPlanDetail' });

export const decisionRequestSchema = z
  .object({
    confirm: count.optional().meta({ description: 'How many changes you decide on; another number decides nothing.' }),
  })
  .meta({ id: 'DecisionRequest' });

export const decisionSchema = z
  .object({
    id: z.string(),
    state: z
      .string()
      .meta({ description: '`released`, `rejected`, or `superseded` when a newer plan took its place.' }),
    review: reviewSchema.nullable().meta({ description: 'The plan made again at this moment; null for a rejection.' }),
  })
  .meta({ id: 'Decision' });

export const failingKeySchema = z
  .object({
    target: z.string(),
    kind: z.enum(['account', 'group']),
    key: z.string(),
    name: z.string().meta({ description: 'The user name or the name of the group.' }),
    error: z.string().meta({ description: "The vendor's reason, in words." }),
    attempts: count,
    since: instant,
  })
  .meta({ id: 'FailingKey' });

export const failingSchema = z.object({ result: z.array(failingKeySchema) }).meta({ id: 'Failing' });

export const retryRequestSchema = z
  .object({ target: z.string(), kind: z.enum(['account', 'group']), key: z.string() })
  .meta({ id: 'RetryRequest' });

export const adminErrorSchema = z
  .object({
    error: z.object({
      code: z.string().meta({ description: 'Stable, for programs.', example: 'not-found' }),
      message: z.string().meta({ description: 'For people.' }),
    }),
  })
  .meta({ id: 'AdminError' });

export type Status = z.infer<typeof statusSchema>;
export type TargetStatus = z.infer<typeof targetStatusSchema>;
export type HeldPlan = z.infer<typeof heldPlanSchema>;
export type HeldPlanDetail = z.infer<typeof heldPlanDetailSchema>;
export type FailingKey = z.infer<typeof failingKeySchema>;

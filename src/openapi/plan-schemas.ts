import { z } from 'zod';

/** Bodies of the two read-only looks at a target: what would change, and whether everything is in order. */

const count = z.number().int().min(0);
const instant = z.iso.datetime({ offset: true });

const seatsSchema = z
  .object({
    licence: z.string(),
    used: count,
    total: count.nullable().meta({ description: 'Null: the target names no limit.' }),
    needed: count.meta({ description: 'How many more the plan would take.' }),
  })
  .meta({ id: 'Seats' });

const adoptedSchema = z
  .object({
    accounts: z.array(z.object({ userId: z.string(), email: z.string(), remoteId: z.string() })),
    groups: z.array(z.object({ name: z.string(), remoteId: z.string() })),
  })
  .meta({ id: 'Adopted', description: 'What is there already and would be taken over, by address or name.' });

const problemSchema = z
  .object({ subject: z.string(), name: z.string(), reason: z.string() })
  .meta({ id: 'PlanProblem', description: 'Nothing can be done for this person or group until somebody acts.' });

export const planCountsSchema = z
  .object({
    accountsAdded: count.meta({ description: 'Created, invited or reactivated.' }),
    accountsChanged: count,
    accountsRemoved: count.meta({ description: 'Deactivated, or their invitation withdrawn.' }),
    groupsAdded: count,
    groupsChanged: count,
    groupsRemoved: count,
    grants: count.meta({ description: 'Those that follow once an account or a group is there included.' }),
    revokes: count,
    mails: count.meta({ description: 'Mails the target will send to people because of the plan.' }),
    held: count,
    withheld: count.meta({ description: "Not let through by the target's mode." }),
    problems: count,
  })
  .meta({ id: 'PlanCounts' });

export const planSchema = z
  .object({
    target: z.string(),
    mode: z.enum(['observe', 'grant-only', 'full']),
    dialect: z.string(),
    observedAt: instant,
    hasChanges: z.boolean().meta({ description: 'Whether anything differs, held and withheld changes included.' }),
    counts: planCountsSchema,
    changes: z.array(
      z.object({
        kind: z.string(),
        summary: z.string(),
        reason: z.string().meta({ description: 'Finishes the sentence "because …".' }),
        fate: z.enum(['apply', 'held', 'rejected', 'withheld']),
        heldBecause: z.string().optional(),
        subjects: z.array(z.string()),
      }),
    ),
    following: z
      .array(z.object({ subject: z.string(), email: z.string(), groupName: z.string() }))
      .meta({ description: 'Memberships given as soon as their account or group is there.' }),
    adopted: adoptedSchema,
    problems: z.array(problemSchema),
    seats: z.array(seatsSchema),
    invited: count.meta({ description: 'People who wait for an invitation they were sent.' }),
    foreignAccounts: count.meta({ description: 'Active accounts nobody in the directories belongs to; left alone.' }),
  })
  .meta({ id: 'Plan' });

export const doctorSchema = z
  .object({
    target: z.string(),
    type: z.string(),
    credentialValid: z.boolean(),
    error: z.string().nullable().meta({ description: 'Why the target could not be looked at, in words.' }),
    dialect: z.string().nullable(),
    owner: z.string().nullable().meta({ description: 'Whose credential it is; null when the target does not say.' }),
    may: z.array(z.string()),
    mayNot: z.array(z.string()),
    abilities: z.record(z.string(), z.union([z.boolean(), z.string(), z.array(z.string())])).meta({
      description: 'What Drawbridge can do here, and how.',
    }),
    seats: z.array(seatsSchema),
    warnings: z.array(z.string()),
    adopted: adoptedSchema,
    problems: z.array(problemSchema),
    foreignAccounts: count,
  })
  .meta({ id: 'Doctor' });

export type PlanAnswer = z.infer<typeof planSchema>;
export type DoctorAnswer = z.infer<typeof doctorSchema>;

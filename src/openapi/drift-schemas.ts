import { z } from 'zod';

const instant = z.iso.datetime({ offset: true });

export const driftSchema = z
  .object({
    id: z.string(),
    target: z.string(),
    state: z.enum(['open', 'adopted', 'repaired', 'gone', 'superseded']).meta({
      description:
        '`open`: as found. `adopted`: taken over as what is wanted. `repaired`: put right. `gone`: put right by somebody else. `superseded`: the directory spoke about it since.',
    }),
    summary: z.string().meta({ description: 'The change that would put it right.' }),
    subjects: z.array(z.string()),
    foundAt: instant,
    lastSeenAt: instant,
    lastGoodAt: instant.nullable().meta({
      description: 'When it was last seen as it should be: the change by hand happened after that.',
    }),
    closedAt: instant.nullable(),
    closedBy: z.string().nullable(),
  })
  .meta({ id: 'Drift' });

export const driftListSchema = z
  .object({ result: z.array(driftSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'DriftList' });

export const driftQuerySchema = z.object({
  target: z.string().optional().meta({ description: 'Only of this target.' }),
  state: driftSchema.shape.state.optional().meta({ description: 'Default `open`.' }),
  cursor: z.string().optional().meta({ description: '`nextCursor` of the page before.' }),
  count: z.coerce.number().int().min(1).max(1000).optional().meta({ description: 'At most so many; default 100.' }),
});

export type DriftAnswer = z.infer<typeof driftSchema>;

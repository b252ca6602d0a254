import { z } from 'zod';
import { alertKinds, alertSeverities, notificationEvents } from '../model/alert.js';

/** Alerts, and what was told of them, as the admin API answers them. */

const instant = z.iso.datetime({ offset: true });
const cursor = z.string().regex(/^\d+$/).optional().meta({ description: '`nextCursor` of the page before.' });
const count = z.coerce
  .number()
  .int()
  .min(1)
  .max(1000)
  .optional()
  .meta({ description: 'At most so many; default 100.' });

export const alertSchema = z
  .object({
    id: z.string(),
    kind: z.enum(alertKinds),
    severity: z.enum(alertSeverities).meta({
      description: '`high`: access is wrong or stopped, look now. `warning`: look soon. `notice`: when there is time.',
    }),
    target: z.string().nullable(),
    directory: z.string().nullable(),
    person: z.string().nullable().meta({ description: 'The user name of whom it is about.' }),
    title: z.string().meta({ description: 'One line that says what is the matter and with whom.' }),
    reason: z.string(),
    action: z.string().meta({ description: 'What to do about it.' }),
    since: instant.meta({ description: 'Since when it has been the matter.' }),
    openedAt: instant.meta({ description: 'When it became an alert.' }),
    lastSeenAt: instant,
    resolvedAt: instant.nullable().meta({ description: 'Set once it is no longer the matter; nobody has to do it.' }),
    acknowledgedAt: instant.nullable(),
    acknowledgedBy: z.string().nullable(),
  })
  .meta({ id: 'Alert' });

export const alertListSchema = z
  .object({ result: z.array(alertSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'AlertList' });

export const alertQuerySchema = z.object({
  state: z.enum(['open', 'resolved', 'all']).optional().meta({ description: 'Default `open`.' }),
  kind: z.enum(alertKinds).optional(),
  target: z.string().optional().meta({ description: 'Only of this target.' }),
  cursor,
  count,
});

export const notificationSchema = z
  .object({
    id: z.string().meta({ description: 'The `id` in the body, and the `Idempotency-Key`, of what is sent.' }),
    channel: z.string(),
    alert: z.string().nullable().meta({ description: 'The id of the alert; null for a test.' }),
    event: z.enum(notificationEvents),
    title: z.string().nullable().meta({ description: "The alert's line as it was told." }),
    state: z.enum(['waiting', 'delivered', 'given-up']),
    attempts: z.number().int().min(0),
    createdAt: instant,
    nextAttemptAt: instant.nullable().meta({ description: 'Set while it waits.' }),
    finishedAt: instant.nullable(),
    lastError: z.string().nullable().meta({ description: 'Why the last attempt failed, in words.' }),
  })
  .meta({ id: 'Notification' });

export const notificationListSchema = z
  .object({ result: z.array(notificationSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'NotificationList' });

export const notificationQuerySchema = z.object({
  state: notificationSchema.shape.state.optional(),
  channel: z.string().optional().meta({ description: 'Only for this channel.' }),
  cursor,
  count,
});

export const channelTestSchema = z
  .object({
    id: z.string().meta({ description: 'The notification that was sent.' }),
    channel: z.string(),
    delivered: z.boolean(),
    reason: z.string().nullable().meta({ description: 'Why it was not delivered, in words.' }),
  })
  .meta({ id: 'ChannelTest' });

export type AlertAnswer = z.infer<typeof alertSchema>;
export type NotificationAnswer = z.infer<typeof notificationSchema>;
export type ChannelTestAnswer = z.infer<typeof channelTestSchema>;

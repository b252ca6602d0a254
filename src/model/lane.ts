/** Due work is claimed in this order: a leaver is never queued behind a joiner or a large group. */
export const lane = { deactivate: 0, person: 1, bulk: 2 } as const;
export type Lane = (typeof lane)[keyof typeof lane];

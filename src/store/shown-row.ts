import type { ScimUserRow } from './tables.js';

/** What is read of a user or a group in order to show it: columns both have. Each one more costs time on every page. */
export const shownColumns = ['seq', 'id', 'directory', 'resource', 'version', 'created_at', 'updated_at'] as const;

export type ShownRow = Pick<ScimUserRow, (typeof shownColumns)[number]>;

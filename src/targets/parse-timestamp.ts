/**
 * Reads the vendors' forms, such as `2026-03-01T09:00:00Z` and `2025-08-12 02:23:09.391280+00:00`, as milliseconds since
 * the epoch. A time without an offset is UTC. Undefined: absent or unreadable.
 */
export function parseTimestamp(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined) return undefined;
  const iso = text.trim().replace(' ', 'T');
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(iso) ? iso : `${iso}Z`;
  const at = Date.parse(zoned);
  return Number.isNaN(at) ? undefined : at;
}

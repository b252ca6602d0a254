/**
 * The two spellings the vendor uses, one per record: odd ids show `2025-08-12 02:23:09.391000+00:00`, even ids
 * `2025-08-12T02:23:09.391Z`.
 */
export function timestamp(at: number, id: number): string {
  const iso = new Date(at).toISOString();
  return id % 2 === 0 ? iso : iso.replace('T', ' ').replace('Z', '000+00:00');
}

export function timestampOrNull(at: number | null, id: number): string | null {
  return at === null ? null : timestamp(at, id);
}

/** `2026-03-02T09:10:11.123Z` */
export function wireTime(at: number): string {
  return new Date(at).toISOString();
}

export function wireTimeOrNull(at: number | null): string | null {
  return at === null ? null : wireTime(at);
}

/** The release each feature was first seen in. */
const since = {
  /** `limit`, `next_token`, `includeGroups` and `excludeDisabledUsers`. */
  paging: '3.334',
  logout: '3.387',
  seatType: '4.0',
  /** From here on the API's own version is the release. */
  specFollowsRelease: '3.373',
} as const;

export function has(feature: keyof typeof since, version: string): boolean {
  return compareVersions(version, since[feature]) >= 0;
}

/** `info.version` of the API's own description. */
export function specVersion(version: string): string {
  if (has('specFollowsRelease', version)) return version;
  return has('paging', version) ? '2.12.0' : '2.9.0';
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let n = 0; n < Math.max(left.length, right.length); n += 1) {
    const difference = (left[n] ?? 0) - (right[n] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function parts(version: string): number[] {
  return version.split('.').map(Number);
}

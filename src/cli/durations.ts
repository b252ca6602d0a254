/** A length of time as a person would say it, in its largest unit: `0 s`, `12 min`, `3 h`, `2 d`. */
export function formatSeconds(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
  ] as const;
  const [name, size] = units.find(([, each]) => seconds >= each) ?? (['s', 1] as const);
  return `${String(Math.floor(seconds / size))} ${name}`;
}

/** How long ago an ISO time was; `never` for none. */
export function formatAgo(time: string | null, now: number): string {
  return time === null ? 'never' : `${formatSeconds(Math.max(0, (now - Date.parse(time)) / 1000))} ago`;
}

/** One thing a request does to a group's members, by user id. */
export type MemberStep =
  { readonly kind: 'add' | 'remove' | 'replace'; readonly ids: readonly string[] } | { readonly kind: 'clear' };

/** What a list of steps amounts to: `exact` says that nobody but those in `present` stays. */
export interface WantedMembers {
  readonly exact: boolean;
  readonly present: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
}

/** Adds steps up, each on the result of the ones before, so that only the net change is written. */
export function sumOf(steps: readonly MemberStep[]): WantedMembers {
  let exact = false;
  const present = new Set<string>();
  const absent = new Set<string>();
  for (const step of steps) {
    if (step.kind === 'clear' || step.kind === 'replace') {
      exact = true;
      present.clear();
      absent.clear();
    }
    if (step.kind === 'clear') continue;
    const [into, outOf] = step.kind === 'remove' ? [absent, present] : [present, absent];
    for (const id of step.ids) {
      into.add(id);
      outOf.delete(id);
    }
  }
  return { exact, present, absent };
}

/**
 * Decides how one account's entitlements must change.
 *
 *   desired  observed  managed │ decision
 *   yes      no        yes     │ grant
 *   no       yes       yes     │ revoke
 *   yes      yes       yes     │ leave alone
 *   no       yes       no      │ foreign: leave alone
 *   yes      any       no      │ throw: the mapper reached outside our authority
 *
 * @param managed what the identity provider ever gave this account; in an `exact` group, also what it did not
 * @throws RangeError when something desired is not managed
 */
export function planEntitlements(
  desired: ReadonlySet<string>,
  observed: ReadonlySet<string>,
  managed: ReadonlySet<string>,
): { readonly grant: readonly string[]; readonly revoke: readonly string[] } {
  const unmanaged = sortedWhere(desired, (key) => !managed.has(key));
  if (unmanaged.length > 0) throw new RangeError(`desired but not managed: ${unmanaged.join(', ')}`);

  const grant = sortedWhere(desired, (key) => !observed.has(key));
  const revoke = sortedWhere(observed, (key) => managed.has(key) && !desired.has(key));
  return { grant, revoke };
}

function sortedWhere(keys: ReadonlySet<string>, keep: (key: string) => boolean): string[] {
  return [...keys].filter(keep).toSorted();
}

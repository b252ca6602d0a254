import type { Membership } from './records.js';

/** All memberships, found by id, by user and by group. It knows no rules: see `memberships.ts`. */
export class MembershipTable {
  readonly #byId = new Map<number, Membership>();
  readonly #byUser = new Map<number, Map<number, Membership>>();
  readonly #byGroup = new Map<number, Map<number, Membership>>();

  byId(id: number): Membership | undefined {
    return this.#byId.get(id);
  }

  find(userId: number, groupId: number): Membership | undefined {
    return this.#byUser.get(userId)?.get(groupId);
  }

  /** Ascending by group id. */
  ofUser(userId: number): Membership[] {
    return [...(this.#byUser.get(userId)?.values() ?? [])].sort((a, b) => a.groupId - b.groupId);
  }

  ofGroup(groupId: number): Membership[] {
    return [...(this.#byGroup.get(groupId)?.values() ?? [])];
  }

  all(): Iterable<Membership> {
    return this.#byId.values();
  }

  /** @throws {RangeError} for a second membership of one user in one group: the caller must have looked */
  add(membership: Membership): void {
    const { id, userId, groupId } = membership;
    if (this.find(userId, groupId) !== undefined) throw new RangeError('already a member');
    this.#byId.set(id, membership);
    part(this.#byUser, userId).set(groupId, membership);
    part(this.#byGroup, groupId).set(userId, membership);
  }

  delete({ id, userId, groupId }: Membership): void {
    this.#byId.delete(id);
    this.#byUser.get(userId)?.delete(groupId);
    this.#byGroup.get(groupId)?.delete(userId);
  }
}

function part(index: Map<number, Map<number, Membership>>, key: number): Map<number, Membership> {
  const found = index.get(key) ?? new Map<number, Membership>();
  index.set(key, found);
  return found;
}

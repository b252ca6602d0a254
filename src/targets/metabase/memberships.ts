import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import type { MetabaseApi } from './metabase-api.js';
import { idAnswer } from './metabase-user.js';

/** For how long writes may rely on one look at all memberships, so that 1,000 of them do not cost 1,000 looks. */
const freshForMs = 2_000;

const row = z.looseObject({ membership_id: idAnswer, group_id: idAnswer, user_id: idAnswer });
/** By user. Deactivated people and API keys are in it, too. */
const membershipsAnswer = z.record(z.string(), z.array(row));

interface Look {
  /** Membership ids by pair. */
  readonly ids: Map<string, RemoteId>;
  readonly endedAt: number;
}

/**
 * Knows which membership, by its own id, stands for whom in which group: memberships are deleted by that id.
 *
 * @param clock milliseconds that never run backwards
 */
export class Memberships {
  readonly #api: MetabaseApi;
  readonly #clock: () => number;
  /** What we wrote ourselves, so that no look that began before it makes us doubt it. Undefined: removed. */
  readonly #written = new Map<string, { readonly id: RemoteId | undefined; readonly at: number }>();
  #look: Look | undefined;
  #looking: Promise<Look> | undefined;

  constructor(api: MetabaseApi, clock: () => number) {
    this.#api = api;
    this.#clock = clock;
  }

  /** The id of one membership, from a complete look at most two seconds old; undefined when there is none. */
  async find(userId: RemoteId, groupId: RemoteId, signal: AbortSignal): Promise<RemoteId | undefined> {
    return (await this.#fresh(signal)).ids.get(pairOf(userId, groupId));
  }

  /** As `find`, from a look made just now: for when what we knew turned out to be wrong. */
  async findAgain(userId: RemoteId, groupId: RemoteId, signal: AbortSignal): Promise<RemoteId | undefined> {
    this.forget();
    return this.find(userId, groupId, signal);
  }

  /** Everybody's groups, by user. */
  async readGroupsByUser(signal: AbortSignal): Promise<ReadonlyMap<RemoteId, readonly RemoteId[]>> {
    const byUser = await this.#readMap(signal);
    return new Map(Object.entries(byUser).map(([userId, rows]) => [userId, rows.map((each) => each.group_id)]));
  }

  /** Remembers what a write of ours left. */
  note(userId: RemoteId, groupId: RemoteId, id: RemoteId | undefined): void {
    const pair = pairOf(userId, groupId);
    this.#written.set(pair, { id, at: this.#clock() });
    if (this.#look !== undefined) keep(this.#look, pair, id);
  }

  /** Makes the next `find` look again: something happened that we cannot account for. */
  forget(): void {
    this.#look = undefined;
    this.#looking = undefined;
    this.#written.clear();
  }

  async #fresh(signal: AbortSignal): Promise<Look> {
    const look = this.#look;
    if (look !== undefined && this.#clock() - look.endedAt < freshForMs) return look;
    return (this.#looking ??= this.#lookAgain(signal));
  }

  /** Those who ask at the same time share one look. */
  #lookAgain(signal: AbortSignal): Promise<Look> {
    const looking = this.#read(signal).then(
      (look) => {
        if (this.#looking === looking) {
          this.#look = look;
          this.#looking = undefined;
        }
        return look;
      },
      (error: unknown) => {
        if (this.#looking === looking) this.#looking = undefined;
        throw error;
      },
    );
    return looking;
  }

  async #read(signal: AbortSignal): Promise<Look> {
    const beganAt = this.#clock();
    const byUser = await this.#readMap(signal);
    const ids = new Map(
      Object.values(byUser)
        .flat()
        .map((each) => [pairOf(each.user_id, each.group_id), each.membership_id] as const),
    );
    const look = { ids, endedAt: this.#clock() };
    for (const [pair, { id, at }] of this.#written) {
      if (at >= beganAt) keep(look, pair, id);
      else this.#written.delete(pair);
    }
    return look;
  }

  #readMap(signal: AbortSignal): Promise<z.output<typeof membershipsAnswer>> {
    return this.#api.list('memberships', '/permissions/membership', membershipsAnswer, signal);
  }
}

function keep({ ids }: Look, pair: string, id: RemoteId | undefined): void {
  if (id === undefined) ids.delete(pair);
  else ids.set(pair, id);
}

const pairOf = (userId: RemoteId, groupId: RemoteId): string => `${userId} in ${groupId}`;

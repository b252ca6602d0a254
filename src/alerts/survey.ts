import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AlertConfig } from '../model/alert-config.js';
import type { AlertCondition } from '../model/alert.js';
import type { Mode } from '../model/target-config.js';
import {
  pagesOfActiveUsers,
  readChangeMark,
  readLastRequests,
  readMemberlessGroups,
} from '../store/alerts-directories.js';
import { readOpenHolds, type HoldInShort } from '../store/alerts-holds.js';
import { listLingeringLeavers, pagesOfActiveLeavers } from '../store/alerts-leavers.js';
import { readRejections } from '../store/alerts-rejections.js';
import { readGivenUp } from '../store/alerts-targets.js';
import { listChannelTrouble } from '../store/notifications-list.js';
import type { Store } from '../store/store.js';
import { readTargetState } from '../store/target-states.js';
import { channelsFailing, givenUpShownMs } from './conditions/channel-failing.js';
import { failingKeys } from './conditions/failing-keys.js';
import { groupsWithoutMembers, membersFollowWithinMs } from './conditions/groups-without-members.js';
import { heldConditions } from './conditions/held.js';
import { silentProviders } from './conditions/idp-silent.js';
import { leaverConditions } from './conditions/leaver-late.js';
import { PeopleCensus } from './conditions/people.js';
import { requestsRejected } from './conditions/requests-rejected.js';
import { targetStopped } from './conditions/target-stopped.js';
import { expiredTokensUsed, tokensExpiring, type ExpiringToken } from './conditions/token-expiring.js';
import { bounded } from './conditions/words.js';

export interface SurveyOptions {
  readonly store: Store;
  readonly config: AlertConfig;
  readonly targets: readonly { readonly name: string; readonly mode: Mode }[];
  /** The tokens that open a directory and end one day. */
  readonly listTokens: () => Promise<readonly ExpiringToken[]>;
  /** Epoch milliseconds at which the process started. */
  readonly startedAt: number;
  /** Takes every secret of the configuration out of a text. */
  readonly mask: (text: string) => string;
}

/** Something that is the matter. One not yet open opens at `opensAt` at the earliest. */
export interface Sighting {
  readonly condition: AlertCondition;
  readonly opensAt?: number | undefined;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What takes a look at everybody is done this often. Milliseconds. */
const rareMs = 600_000;

/** How many names an alert about many gives. */
const examples = 5;

/** Reads from the store what is the matter now. Remembers only what saves it work. */
export class Survey {
  readonly #options: SurveyOptions;
  readonly #holds = new Map<string, HoldInShort>();
  readonly #activeLeavers = new Map<string, readonly string[]>();
  readonly #people = new Map<string, { readonly mark: number; readonly conditions: readonly AlertCondition[] }>();
  #rareLookAt = -Infinity;

  constructor(options: SurveyOptions) {
    this.#options = options;
  }

  /**
   * Everything that is the matter.
   *
   * @param now epoch milliseconds
   * @throws whatever the store throws: half a look would pass for an end of what the other half would have shown
   */
  async look(now: number): Promise<Sighting[]> {
    if (now - this.#rareLookAt >= rareMs) {
      await this.#lookAtEverybody(now);
      this.#rareLookAt = now;
    }
    const sightings = [
      ...(await this.#conditions(now)).map((condition) => ({ condition })),
      ...(await this.#silence(now)),
    ];
    const { mask } = this.#options;
    return sightings.map((sighting) => ({ ...sighting, condition: bounded(sighting.condition, mask) }));
  }

  async #conditions(now: number): Promise<AlertCondition[]> {
    const { store, config, targets } = this.#options;
    const found = heldConditions(await readOpenHolds(store, this.#holds));
    for (const target of targets) found.push(...(await this.#inTarget(target, now)));
    found.push(...(await this.#tokens(now)));
    found.push(...requestsRejected(await readRejections(store, now - hourMs)));
    for (const { conditions } of this.#people.values()) found.push(...conditions);
    for (const directory of store.routes.keys()) found.push(...(await this.#groups(directory, now)));
    const channels = config.channels.map(({ name }) => name);
    found.push(...channelsFailing(await listChannelTrouble(store, now - givenUpShownMs), { now, channels }));
    return found;
  }

  async #inTarget({ name, mode }: SurveyOptions['targets'][number], now: number): Promise<AlertCondition[]> {
    const { store, config } = this.#options;
    const { leaverMinutes, stoppedMinutes } = config;
    const state = await readTargetState(store, name);
    const leavers = await listLingeringLeavers(store, name, this.#activeLeavers.get(name) ?? []);
    const givenUp = await readGivenUp(store, name, examples);
    return [
      ...leaverConditions(leavers, { target: name, mode, state, now, leaverMinutes }),
      ...targetStopped(state, { now, stoppedMinutes }),
      ...(givenUp === undefined ? [] : [failingKeys(givenUp)]),
    ];
  }

  async #tokens(now: number): Promise<AlertCondition[]> {
    const { store, config, listTokens } = this.#options;
    const tokens = await listTokens();
    const rejections = await readRejections(store, now - dayMs);
    return [
      ...tokensExpiring(tokens, { now, tokenDays: config.tokenDays }),
      ...expiredTokensUsed(rejections, tokens, now),
    ];
  }

  async #groups(directory: string, now: number): Promise<AlertCondition[]> {
    const { store } = this.#options;
    return groupsWithoutMembers(
      directory,
      await readMemberlessGroups(store, directory, now - membersFollowWithinMs, examples),
    );
  }

  async #silence(now: number): Promise<Sighting[]> {
    const { store, config, startedAt } = this.#options;
    const { silenceHours } = config;
    return silentProviders(await readLastRequests(store), { now, startedAt, silenceHours });
  }

  async #lookAtEverybody(now: number): Promise<void> {
    const { store, targets } = this.#options;
    for (const directory of store.routes.keys()) {
      const mark = await readChangeMark(store, directory);
      if (this.#people.get(directory)?.mark === mark) continue;
      const census = new PeopleCensus(directory);
      for await (const users of pagesOfActiveUsers(store, directory)) {
        census.add(users);
        await nextTurn();
      }
      this.#people.set(directory, { mark, conditions: census.conditions(now) });
    }
    for (const { name } of targets) {
      const found: string[] = [];
      for await (const ids of pagesOfActiveLeavers(store, name)) {
        found.push(...ids);
        await nextTurn();
      }
      this.#activeLeavers.set(name, found);
    }
  }
}

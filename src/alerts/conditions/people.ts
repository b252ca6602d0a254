import type { AlertCondition } from '../../model/alert.js';
import { fold } from '../../model/fold.js';
import type { ScimUser } from '../../model/scim-user.js';
import { addressOf } from '../../mappers/map-account.js';
import { personNames } from '../../mappers/person-names.js';
import { counted, someOf } from './words.js';

/** How many are named; the rest is counted. */
const shown = 10;

/** What is odd about the people of one directory, gathered page by page. */
export class PeopleCensus {
  readonly #directory: string;
  #active = 0;
  readonly #withoutEmail = new Tally();
  readonly #withoutNames = new Tally();
  /** Whose an address is: the first one's, until a second comes. */
  readonly #owners = new Map<string, string>();
  readonly #shared = new Map<string, string[]>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Takes in people who are active in the directory. */
  add(users: readonly ScimUser[]): void {
    for (const user of users) {
      this.#active += 1;
      const { firstName, lastName } = personNames(user);
      if (firstName === undefined || lastName === undefined) this.#withoutNames.add(user.userName);
      const address = addressOf(user);
      if (address === undefined) this.#withoutEmail.add(user.userName);
      else this.#claim(fold(address), user.userName);
    }
  }

  #claim(address: string, userName: string): void {
    const owner = this.#owners.get(address);
    if (owner === undefined) this.#owners.set(address, userName);
    else this.#shared.set(address, [...(this.#shared.get(address) ?? [owner]), userName]);
  }

  /** What is the matter, `at` this moment in epoch milliseconds. */
  conditions(at: number): AlertCondition[] {
    return [...this.#emailCondition(at), ...this.#nameCondition(at), ...this.#sharedCondition(at)];
  }

  #emailCondition(since: number): AlertCondition[] {
    const { count, examples } = this.#withoutEmail;
    if (count === 0) return [];
    const directory = this.#directory;
    return [
      {
        key: `people-without-email:${directory}`,
        kind: 'people-without-email',
        severity: 'warning',
        subject: { directory },
        since,
        words: {
          title: `directory ${directory}: ${counted(count, 'active person', 'active people')} without a usable e-mail address`,
          reason: `Targets know people by their address, so these get no account: ${someOf(examples, count)}.`,
          action:
            'Fill in their e-mail in the identity provider, or map emails[type eq "work"].value to an attribute that has it.',
        },
      },
    ];
  }

  /** Where most lack a name, the attribute mapping drops it; where few do, it is they who have none. */
  #nameCondition(since: number): AlertCondition[] {
    const { count, examples } = this.#withoutNames;
    if (count === 0) return [];
    const directory = this.#directory;
    const dropped = count * 2 >= this.#active;
    return [
      {
        key: `people-without-names:${directory}`,
        kind: 'people-without-names',
        severity: dropped ? 'warning' : 'notice',
        subject: { directory },
        since,
        words: {
          title: `directory ${directory}: ${count} of ${counted(this.#active, 'active person', 'active people')} without a first or a last name`,
          reason: `${dropped ? 'The attribute mapping of the identity provider seems to drop names' : 'Most others have both'}: ${someOf(examples, count)}.`,
          action: dropped
            ? 'Map name.givenName and name.familyName in the identity provider and push the people again.'
            : 'Fill in the names in the identity provider, or acknowledge this if these people have none.',
        },
      },
    ];
  }

  #sharedCondition(since: number): AlertCondition[] {
    const count = this.#shared.size;
    if (count === 0) return [];
    const directory = this.#directory;
    const examples = [...this.#shared].slice(0, shown).map(([address, names]) => `${address} (${names.join(', ')})`);
    return [
      {
        key: `duplicate-emails:${directory}`,
        kind: 'duplicate-emails',
        severity: 'warning',
        subject: { directory },
        since,
        words: {
          title: `directory ${directory}: ${counted(count, 'e-mail address is', 'e-mail addresses are')} shared by several active people`,
          reason: `A target has one account for an address, so only one of them gets it: ${someOf(examples, count)}.`,
          action:
            'Give each person an address of their own in the identity provider, or deactivate the one that is not needed.',
        },
      },
    ];
  }
}

/** A count with its first names. */
class Tally {
  count = 0;
  readonly examples: string[] = [];

  add(name: string): void {
    this.count += 1;
    if (this.examples.length < shown) this.examples.push(name);
  }
}

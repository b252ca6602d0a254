import type { Credential } from '../kit/credential.js';
import { isAdmin } from './state/admins.js';
import type { Organisation } from './state/organisation.js';
import { RateWindow } from './wire/rate-window.js';
import { scopes as allScopes } from './wire/token.js';
import type { Scope, Token } from './wire/token.js';

export interface NewToken {
  readonly label?: string | undefined;
  /** Default: all the fake knows. */
  readonly scopes?: readonly Scope[] | undefined;
  /** User id of its owner. */
  readonly owner: string;
}

interface Issued {
  token: Token;
  readonly window: RateWindow;
}

/** The API tokens of an organisation, each with a request budget of its own. */
export class Tokens {
  readonly #org: Organisation;
  readonly #issued = new Map<string, Issued>();

  constructor(org: Organisation) {
    this.#org = org;
  }

  add(secret: string, { label = `token ${String(this.#issued.size + 1)}`, scopes = allScopes, owner }: NewToken): void {
    const token = { label, scopes, owner, createdAt: this.#org.now(), last4: secret.slice(-4) };
    this.#issued.set(secret, { token, window: new RateWindow() });
  }

  /** Gives a token other scopes; false when there is no such token. */
  changeScopes(secret: string, scopes: readonly Scope[]): boolean {
    const issued = this.#issued.get(secret);
    if (issued === undefined) return false;
    issued.token = { ...issued.token, scopes };
    return true;
  }

  revoke(secret: string): void {
    this.#issued.delete(secret);
  }

  clear(): void {
    this.#issued.clear();
  }

  /** All of them, without their secrets. */
  all(): Token[] {
    return [...this.#issued.values()].map(({ token }) => token);
  }

  /** What became of an Authorization header. `Bearer` is the only scheme. */
  judge(header: string | undefined): Credential {
    const [, scheme, secret] = /^(\S+) +(\S+)$/.exec(header ?? '') ?? [];
    if (scheme === undefined || secret === undefined) return 'missing';
    if (scheme.toLowerCase() !== 'bearer') return 'wrong-scheme';
    const issued = this.#issued.get(secret);
    if (issued === undefined) return 'unknown';
    return this.#isAlive(issued.token) ? 'good' : 'owner-inactive';
  }

  /**
   * The token of a header that was judged good, with one request taken off its budget; undefined without one.
   *
   * @throws {RateLimited}
   */
  spend(header: string | undefined): Token | undefined {
    const issued = this.#issued.get(/^\S+ +(\S+)$/.exec(header ?? '')?.[1] ?? '');
    issued?.window.spend(this.#org.now(), this.#org.rules.rate);
    return issued?.token;
  }

  #isAlive({ owner }: Token): boolean {
    const { tokenNeeds } = this.#org.rules;
    const user = this.#org.data.users.get(owner);
    if (tokenNeeds === 'nothing') return true;
    if (user?.active !== true) return false;
    return tokenNeeds === 'active-owner' || isAdmin(this.#org, user);
  }
}

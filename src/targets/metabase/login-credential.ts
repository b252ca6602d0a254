import { z } from 'zod';
import type { TargetClient } from '../target-client.js';
import { TargetError } from '../target-error.js';
import type { Credential, Proof } from './credential.js';

interface Person {
  readonly username: string;
  readonly password: string;
}

const sessionAnswer = z.looseObject({ id: z.string().min(1) });

/** Longer waits than this are taken for a mistake, as with `Retry-After`. */
const longestWaitMs = 3_600_000;
/** How many ids that are out of use may still stand in an answer under way. */
const rememberedIds = 5;

/**
 * Logs in with user name and password, once, and again when the session is over: 14 days after the login, or when
 * somebody ended it. Callers that find out at the same moment share one login.
 *
 * Metabase counts failed logins by name and address. While it wants to be left alone no login is tried, because each
 * one that fails makes the wait longer.
 */
export class LoginCredential implements Credential {
  readonly #person: Person;
  readonly #client: TargetClient;
  /** Texts the client keeps out of every message; session ids join them. */
  readonly #secrets: string[];
  readonly #now: () => number;
  #sessionId: string | undefined;
  #login: Promise<string> | undefined;
  #throttledUntil = -Infinity;

  constructor(person: Person, client: TargetClient, secrets: string[], now: () => number) {
    this.#person = person;
    this.#client = client;
    this.#secrets = secrets;
    this.#now = now;
  }

  async prove(signal: AbortSignal): Promise<Proof> {
    if (this.#sessionId !== undefined) return proofOf(this.#sessionId);
    this.#login ??= this.#logIn(signal).finally(() => {
      this.#login = undefined;
    });
    return proofOf(await this.#login);
  }

  async renew(refused: Proof, signal: AbortSignal): Promise<Proof> {
    if (refused[header] === this.#sessionId) this.#sessionId = undefined;
    return this.prove(signal);
  }

  async #logIn(signal: AbortSignal): Promise<string> {
    const leftMs = this.#throttledUntil - this.#now();
    if (leftMs > 0) throw this.#throttled(leftMs);
    try {
      const { id } = await this.#client.send({
        method: 'POST',
        path: '/api/session',
        body: { username: this.#person.username, password: this.#person.password },
        answer: sessionAnswer,
        repeatable: true,
        signal,
      });
      this.#secrets.push(id);
      // The password stands first and stays.
      if (this.#secrets.length > rememberedIds) this.#secrets.splice(1, 1);
      this.#sessionId = id;
      return id;
    } catch (error) {
      throw error instanceof TargetError ? this.#explain(error) : error;
    }
  }

  /** What Metabase says is passed on; only the wait it names is read, because texts are translated by some servers. */
  #explain(error: TargetError): TargetError {
    const { status, words = 'no reason given' } = error;
    const { username } = this.#person;
    if (status === 400 || status === 401) {
      const waitSeconds = /^username: \D*(\d+)/.exec(words)?.[1];
      if (waitSeconds !== undefined) {
        const waitMs = Math.min(longestWaitMs, Math.max(1, Number(waitSeconds)) * 1000);
        this.#throttledUntil = this.#now() + waitMs;
        return this.#throttled(waitMs);
      }
      const message = `Metabase refuses the login of ${username}: ${words.replace(/\.$/, '')}. ${checkLogin}`;
      return new TargetError('UNAUTHORIZED', message, { status, words });
    }
    const isStrange = error.code === 'OUTCOME_UNKNOWN' && status === undefined && !error.isPage;
    return isStrange ? new TargetError('UNAUTHORIZED', `${error.message}. ${checkMethod}`) : error;
  }

  #throttled(waitMs: number): TargetError {
    const message = `Metabase counted too many failed logins of ${this.#person.username} and wants none for ${Math.ceil(waitMs / 1000)} s. Check user name and password, and whether somebody else logs in by that name.`;
    return new TargetError('RATE_LIMITED', message, { retryAfterMs: waitMs });
  }
}

const checkLogin =
  'Check user name and password, that the account is active, and that Metabase lets people log in with a password.';
const checkMethod = 'Where multi-factor authentication is on, a password alone opens no session: use an API key then.';

const header = 'X-Metabase-Session';
const proofOf = (sessionId: string): Proof => ({ [header]: sessionId });

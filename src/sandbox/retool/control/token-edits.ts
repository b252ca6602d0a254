import { Refusal } from '../../kit/refusal.js';
import type { RetoolCore } from '../retool-core.js';
import { scopes as allScopes } from '../wire/token.js';
import type { Scope } from '../wire/token.js';
import type { UserRef } from './user-edits.js';
import { findUser } from './user-edits.js';

export interface AddedToken {
  readonly label?: string | undefined;
  /** What it may do. Default everything; a name nobody knows is dropped, as the vendor does. */
  readonly scopes?: readonly string[] | undefined;
  /** Default: the owner of the first token. */
  readonly owner?: UserRef | undefined;
}

/** What an administrator does under Settings > API. */
export interface TokenEdits {
  add(token: string, options?: AddedToken): void;
  /** @throws {Refusal} 404 for a token that is none */
  changeScopes(token: string, scopes: readonly string[]): void;
  revoke(token: string): void;
}

export function tokenEdits({ org, tokens }: RetoolCore): TokenEdits {
  return {
    add: (token, { label, scopes, owner } = {}) => {
      const ownerId = owner === undefined ? (tokens.all()[0]?.owner ?? '') : findUser(org, owner).id;
      tokens.add(token, { label, scopes: scopes === undefined ? undefined : known(scopes), owner: ownerId });
    },
    changeScopes: (token, scopes) => {
      if (!tokens.changeScopes(token, known(scopes))) throw new Refusal(404, 'No such token.');
    },
    revoke: (token) => {
      tokens.revoke(token);
    },
  };
}

function known(scopes: readonly string[]): Scope[] {
  return allScopes.filter((each) => scopes.includes(each));
}

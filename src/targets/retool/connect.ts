import type { Log } from '../../model/log.js';
import type { RetoolConfig } from '../../model/target-config.js';
import { KeyedLock } from '../keyed-lock.js';
import type { CredentialFacts, Preflight } from '../target.js';
import { TargetError } from '../target-error.js';
import { probe, type Probed } from './access.js';
import { capabilitiesOf } from './capabilities.js';
import { pageLimit } from './list-users.js';
import { warningsOf } from './preflight-warnings.js';
import type { RetoolApi } from './retool-api.js';
import type { RetoolSession } from './session.js';
import { readTokenFacts, type TokenFacts } from './token-facts.js';

export interface Connection {
  readonly session: RetoolSession;
  readonly preflight: Preflight;
}

/**
 * Looks at what plan and token open to us; reads only.
 *
 * @param before what an earlier look of this process found, if there was one
 * @throws {TargetError} UNAUTHORIZED with a sentence for the operator when the token does not work here, when nothing
 *   is open to it, or when it showed people before and no longer does
 */
export async function connect(
  config: RetoolConfig,
  api: RetoolApi,
  deps: { readonly now: () => number; readonly log: Log },
  before: RetoolSession | undefined,
  signal: AbortSignal,
): Promise<Connection> {
  const found = await probe(api, signal);
  if (!found.users.open && before !== undefined && before.access.mode !== 'invite-only') {
    throw noLongerShown(found.users.reason);
  }
  const token = found.users.open ? await readTokenFacts(api, config.token, signal) : undefined;
  const probed = withoutUnwritableGroups(found, token?.scopes);
  const session: RetoolSession = {
    config,
    api,
    access: probed.access,
    ownerLegacyId: token?.ownerLegacyId,
    learned: { users: countUsers(probed), endsSessions: true },
    locks: new KeyedLock(),
    ...deps,
  };
  const preflight: Preflight = {
    dialect: probed.access.mode,
    capabilities: capabilitiesOf(probed.access),
    credential: credentialFacts(probed, token),
    seats: [], // the API names no seats; who holds which is told account by account
    warnings: warningsOf(probed, token),
  };
  return { session, preflight };
}

/** Inviting people who have accounts already is the least a silent change of mode would do. */
function noLongerShown(reason: string): TargetError {
  const message = `Retool showed users to this token before and no longer does (${reason}). Nothing is changed until it does again. If the plan or the token was changed on purpose, restart Drawbridge: it then goes by what the token may do now.`;
  return new TargetError('UNAUTHORIZED', message);
}

/** A token that may change people and only look at groups: promising memberships would be a promise broken one by one. */
function withoutUnwritableGroups(probed: Probed, scopes: ReadonlySet<string> | undefined): Probed {
  const isReadOnlyForGroups =
    scopes !== undefined && scopes.has('users:write') && !scopes.has('groups:write') && probed.groups.open;
  if (!isReadOnlyForGroups) return probed;
  const groups = { open: false, reason: 'the token lacks the scope groups:write' } as const;
  return { ...probed, access: { ...probed.access, mode: 'users-only' }, groups };
}

/** One more page than the first at least, where there is one more. */
function countUsers({ users }: Probed): number {
  if (!users.open) return 0;
  return users.answer.rows.length + (users.answer.hasMore ? pageLimit : 0);
}

function credentialFacts({ users, groups, invitations }: Probed, token: TokenFacts | undefined): CredentialFacts {
  const rights: readonly (readonly [string, boolean | undefined])[] = [
    ['read users', users.open],
    ['read groups', groups.open],
    ['list invitations', invitations.open],
    ['change users', token?.scopes?.has('users:write')],
    ['change groups', token?.scopes?.has('groups:write')],
  ];
  const named = (allowed: boolean): string[] => rights.flatMap(([name, each]) => (each === allowed ? [name] : []));
  return { owner: ownerOf(users, token), may: named(true), mayNot: named(false) };
}

function ownerOf(users: Probed['users'], token: TokenFacts | undefined): string | undefined {
  if (token?.ownerLegacyId === undefined) return token?.label === undefined ? undefined : `token ${token.label}`;
  const rows = users.open ? users.answer.rows : [];
  const owner = rows.find(({ legacyId }) => legacyId === token.ownerLegacyId);
  return owner?.email ?? `user ${token.ownerLegacyId}`;
}

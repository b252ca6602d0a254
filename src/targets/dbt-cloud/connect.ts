import { z } from 'zod';
import type { Log } from '../../model/log.js';
import type { DbtCloudConfig } from '../../model/target-config.js';
import { KeyedLock } from '../keyed-lock.js';
import type { Capabilities, Preflight } from '../target.js';
import { TargetError } from '../target-error.js';
import { capabilitiesOf } from './capabilities.js';
import { ownerOf, rightsSeen, seatsUsed } from './credential-facts.js';
import { decideDialect } from './decide-dialect.js';
import { hidden, isClosed, type DbtApi } from './dbt-api.js';
import { groupAnswer } from './dbt-group.js';
import { invitationAnswer } from './dbt-invitation.js';
import { userAnswer } from './dbt-user.js';
import { commonPaths, pathsOf, type CommonPaths } from './paths.js';
import { People } from './people.js';
import { warnAboutGroups, warnAboutPlan, warnAboutSeats } from './preflight-warnings.js';
import { seatsAnswer } from './seats.js';
import type { DbtSession } from './session.js';
import { idAnswer } from './wire-id.js';

export interface Connection {
  readonly session: DbtSession;
  readonly preflight: Preflight;
}

const accountAnswer = z
  .looseObject({ id: idAnswer, plan: z.string().nullish() })
  .transform((raw) => ({ id: String(raw.id), plan: raw.plan ?? undefined }));

const whoamiAnswer = z.looseObject({ user: z.looseObject({ id: idAnswer }).nullish() }).nullish();

const scimConfigAnswer = z
  .looseObject({ enabled: z.boolean().nullish(), manual_updates_allowed: z.boolean().nullish() })
  .nullish();

/**
 * Looks at credential, account and dialect; reads only.
 *
 * @throws {TargetError} UNAUTHORIZED with a sentence for the operator when the token does not work here, does not see
 *   the account, or the vendor's own SCIM forbids every change
 */
export async function connect(
  config: DbtCloudConfig,
  api: DbtApi,
  deps: { readonly now: () => number; readonly log: Log },
  signal: AbortSignal,
): Promise<Connection> {
  const common = commonPaths(config.accountId);
  const account = await findAccount(config, api, common, signal);
  const sample = await sampleUsers(config, api, common, signal);
  const { dialect, warnings: doubts } = await decideDialect(config, api, sample.rows, signal);
  const paths = { ...common, ...pathsOf(config.accountId, dialect) };

  const credentialOwner = await whoAmI(api, common, signal);
  const invitationsPath = await findInvitations(api, common, signal);
  const listsInvitations = invitationsPath !== undefined;
  const seats = dialect === 'platform' ? await unlessClosed(api.get(common.seats, seatsAnswer, signal)) : undefined;
  const scim = dialect === 'platform' ? await nativeScim(api, common, signal) : [];
  const groups = await api.list('groups', paths.groups, groupAnswer, signal);

  const source = { api, accountId: config.accountId, usersPath: common.users, invitationsPath };
  const people = new People(source, sample.total ?? sample.rows.length, () => performance.now());
  const locks = new KeyedLock();
  const rights = { editsNames: true };
  const session = { config, api, dialect, paths, credentialOwner, people, locks, rights, ...deps };
  const warnings = [
    ...doubts,
    ...scim,
    ...warnAboutGroups(groups),
    ...warnAboutSeats(seats),
    ...warnAboutPlan(account?.plan),
    ...(credentialOwner === undefined ? [unknownOwner] : []),
    ...(listsInvitations || dialect === 'v2' ? [] : [hiddenInvitations]),
  ];
  const fixed = capabilitiesOf(config, dialect, listsInvitations);
  const capabilities: Capabilities = {
    ...fixed,
    get editsNames() {
      return rights.editsNames;
    },
  };
  const credential = {
    owner: ownerOf(credentialOwner, sample.rows),
    ...rightsSeen(listsInvitations, seats !== undefined),
  };
  return { session, preflight: { dialect, capabilities, credential, seats: seatsUsed(seats), warnings } };
}

const unknownOwner =
  'dbt Cloud does not say whose token this is. If it is a personal access token, name its owner in protect.users.';
const hiddenInvitations =
  'dbt Cloud does not list invitations to this token: an invitation whose outcome is unknown counts as sent.';

/** Lists of accounts are optional: the older one is deprecated. One that answers must hold our account. */
async function findAccount(config: DbtCloudConfig, api: DbtApi, paths: CommonPaths, signal: AbortSignal) {
  for (const path of paths.accounts) {
    const page = await unlessClosed(api.page(path, accountAnswer, 0, signal));
    if (page === undefined) continue;
    const account = page.rows.find((each) => each.id === config.accountId);
    if (account !== undefined) return account;
    const seen = page.rows.map((each) => each.id).join(', ') || 'none';
    throw new TargetError(
      'UNAUTHORIZED',
      `the token does not see account ${config.accountId} at ${config.baseUrl} (accounts it sees: ${seen}); check accountId, baseUrl and the token`,
    );
  }
  return undefined;
}

async function sampleUsers(config: DbtCloudConfig, api: DbtApi, paths: CommonPaths, signal: AbortSignal) {
  const sample = await unlessClosed(api.page(paths.users, userAnswer(config.accountId), 0, signal));
  if (sample === undefined) throw hidden('users');
  return sample;
}

/** @returns the id of the token's owner; undefined for service tokens, and where the vendor no longer tells */
async function whoAmI(api: DbtApi, paths: CommonPaths, signal: AbortSignal): Promise<string | undefined> {
  const answer = await unlessClosed(api.get(paths.whoami, whoamiAnswer, signal));
  return answer?.user === undefined || answer.user === null ? undefined : String(answer.user.id);
}

/** @returns the path that lists invitations; undefined when none does, or what it answers is something else */
async function findInvitations(api: DbtApi, paths: CommonPaths, signal: AbortSignal): Promise<string | undefined> {
  for (const path of paths.invitationLists) {
    try {
      if ((await unlessClosed(api.page(path, invitationAnswer, 0, signal))) !== undefined) return path;
    } catch (error) {
      if (!(error instanceof TargetError && error.code === 'UNEXPECTED_RESPONSE')) throw error;
    }
  }
  return undefined;
}

/** @throws {TargetError} when dbt's own SCIM is on and blocks every change made by hand */
async function nativeScim(api: DbtApi, paths: CommonPaths, signal: AbortSignal): Promise<string[]> {
  const scim = await unlessClosed(api.get(paths.scimConfig, scimConfigAnswer, signal));
  if (scim?.enabled !== true) return [];
  if (scim.manual_updates_allowed === false) {
    throw new TargetError(
      'UNAUTHORIZED',
      "dbt Cloud's own SCIM is enabled and manual updates are off, so it refuses every change. Turn one of the two off before Drawbridge drives this account.",
    );
  }
  return ["dbt Cloud's own SCIM is enabled: two writers will fight over the same people. Turn it off."];
}

async function unlessClosed<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isClosed(error)) return undefined;
    throw error;
  }
}

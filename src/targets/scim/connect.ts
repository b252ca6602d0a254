import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import type { Log } from '../../model/log.js';
import type { ScimTargetConfig } from '../../model/target-config.js';
import { KeyedLock } from '../keyed-lock.js';
import type { Preflight } from '../target.js';
import { TargetError } from '../target-error.js';
import { capabilitiesOf } from './capabilities.js';
import { schemasAnswer } from './known-schemas.js';
import { mannersOf } from './manners.js';
import { warnAboutServer } from './preflight-warnings.js';
import { isClosed, isMissing, isNoScim } from './refusals.js';
import { Roster } from './roster.js';
import { hidden, type ScimApi } from './scim-api.js';
import { groupAnswer, type RemoteGroup } from './scim-group.js';
import { emailOf, userAnswer, type RemoteUser } from './scim-user.js';
import { serviceProviderAnswer } from './service-provider.js';
import type { ScimSession } from './session.js';
import type { ListPage } from './read-list.js';
import { idAnswer } from './wire.js';

export interface Connection {
  readonly session: ScimSession;
  readonly preflight: Preflight;
}

/** Enough to see how this server shows people and groups. */
const sampleSize = 25;
const sample = { startIndex: 1, count: sampleSize };

const meAnswer = z.looseObject({ id: idAnswer }).transform(({ id }) => id);

/**
 * Looks at credential, users, groups and what the server says of itself; reads only.
 *
 * Users must be readable. Everything else may be missing, as it often is: it is then assumed to be as little as the RFC
 * demands, and a warning says so.
 *
 * @throws {TargetError} UNAUTHORIZED with a sentence for the operator when the users cannot be read
 */
export async function connect(
  config: ScimTargetConfig,
  api: ScimApi,
  deps: { readonly now: () => number; readonly log: Log },
  signal: AbortSignal,
): Promise<Connection> {
  const users = await sampleUsers(api, signal);
  const groups = await unlessClosed(api.page('/Groups', groupAnswer, sample, signal));
  const provider = await unlessAbsent(api.get('/ServiceProviderConfig', serviceProviderAnswer, signal));
  const schemas = await unlessAbsent(api.get('/Schemas', schemasAnswer, signal));
  const credentialOwner: RemoteId | undefined = await unlessAbsent(api.get('/Me', meAnswer, signal));

  const manners = mannersOf(config, provider, schemas);
  manners.managesGroups = groups !== undefined;
  manners.usersShowGroups = users.rows.some((user) => (user.groups ?? []).length > 0);
  if (groups?.rows.some(hasMembers) === true) manners.membersShown = manners.membersInLists = true;
  const roster = new Roster(api, manners, users.total, () => performance.now());
  const session = {
    config,
    api,
    manners,
    credentialOwner,
    roster,
    newGroups: new Set<RemoteId>(),
    locks: new KeyedLock(),
    ...deps,
  };
  const ignoresPaging = users.rows.length > sampleSize;
  return {
    session,
    preflight: {
      dialect: manners.groupPatch ? 'patch' : 'put',
      capabilities: capabilitiesOf(session),
      credential: {
        owner: ownerOf(credentialOwner, users),
        may: ['read users', ...(groups === undefined ? [] : ['read groups'])],
        mayNot: groups === undefined ? ['read groups'] : [],
      },
      seats: [],
      warnings: warnAboutServer({ config, provider, schemas, groups, manners, ignoresPaging }),
    },
  };
}

const hasMembers = ({ members }: RemoteGroup): boolean => (members ?? []).length > 0;

function ownerOf(id: RemoteId | undefined, users: ListPage<RemoteUser>): string | undefined {
  if (id === undefined) return undefined;
  const user = users.rows.find((each) => each.id === id);
  return user === undefined ? `user ${id}` : emailOf(user);
}

async function sampleUsers(api: ScimApi, signal: AbortSignal): Promise<ListPage<RemoteUser>> {
  try {
    return await api.page('/Users', userAnswer, sample, signal);
  } catch (error) {
    throw isMissing(error) ? hidden('users') : error;
  }
}

/** A list nobody may read, or that does not exist. */
async function unlessClosed<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isClosed(error)) return undefined;
    throw error;
  }
}

/**
 * What a server need not have: refused, unknown, answered by a page, by 401 as Metabase does, or by 500 as some frameworks
 * answer routes nobody wrote. Anything that may pass is an error: what is learned here holds until the next connect.
 */
async function unlessAbsent<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    const isUnwritten = error instanceof TargetError && (error.status === 401 || error.status === 500);
    if (isUnwritten || isClosed(error) || isNoScim(error)) return undefined;
    throw error;
  }
}

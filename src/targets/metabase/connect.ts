import type { Log } from '../../model/log.js';
import type { MetabaseConfig } from '../../model/target-config.js';
import type { KeyedLock } from '../keyed-lock.js';
import type { CredentialFacts, Preflight } from '../target.js';
import { TargetError } from '../target-error.js';
import { capabilitiesOf } from './capabilities.js';
import { readGroups } from './groups.js';
import type { MetabaseInstance } from './instance.js';
import { readAdministrators } from './last-administrator.js';
import { Memberships } from './memberships.js';
import { isMissing, notAdministrator, type CurrentUser, type MetabaseApi } from './metabase-api.js';
import { noAdministrators } from './observe.js';
import { warnAboutAdministrators, warnAboutSettings } from './preflight-warnings.js';
import { readSettings, type Settings } from './settings.js';
import { Users } from './users.js';

export interface Connection {
  readonly instance: MetabaseInstance;
  readonly preflight: Preflight;
}

export interface ConnectDeps {
  readonly now: () => number;
  readonly log: Log;
  /** Outlives a connection: what it keeps apart may still be under way when the next one is made. */
  readonly locks: KeyedLock;
  readonly usersPerPage: number;
}

/**
 * Looks at address, credential and settings; reads only.
 *
 * @throws {TargetError} UNAUTHORIZED with a sentence for the operator when nothing like Metabase's API is at the address,
 *   or the credential does not administer it
 */
export async function connect(
  config: MetabaseConfig,
  api: MetabaseApi,
  { usersPerPage, ...deps }: ConnectDeps,
  signal: AbortSignal,
): Promise<Connection> {
  const current = await whoAmI(config, api, signal);
  if (!current.administrator) throw notAdministrator(current);
  const administrators = await findAdministrators(api, signal);
  const people = await readAdministrators({ api, administrators }, signal);
  const users = await Users.open(api, usersPerPage, signal);
  const settings = await readSettings(api, signal);

  const instance: MetabaseInstance = {
    api,
    ourselves: current.id,
    administrators,
    ownScim: settings.ownScim === true,
    users,
    memberships: new Memberships(api, () => performance.now()),
    ...deps,
  };
  const preflight: Preflight = {
    dialect: config.credential.kind,
    capabilities: capabilitiesOf(settings.mail !== false),
    credential: factsOf(config, current, settings),
    seats: [],
    warnings: [...warnAboutSettings(settings), ...warnAboutAdministrators(people)],
  };
  return { instance, preflight };
}

/** Below a wrong path Metabase answers any address with the page that starts its user interface, and status 200. */
async function whoAmI({ baseUrl }: MetabaseConfig, api: MetabaseApi, signal: AbortSignal): Promise<CurrentUser> {
  try {
    return await api.whoAmI(signal);
  } catch (error) {
    if (!(error instanceof TargetError) || !(error.isPage || isMissing(error))) throw error;
    const message = `${baseUrl} does not answer like Metabase (${error.message}): baseUrl must be the address people open Metabase at, without /api and without the path of a page`;
    throw new TargetError('UNAUTHORIZED', message);
  }
}

async function findAdministrators(api: MetabaseApi, signal: AbortSignal): Promise<string> {
  const group = (await readGroups(api, signal)).find(({ purpose }) => purpose === 'administrators');
  if (group === undefined) throw noAdministrators();
  return group.id;
}

/** Administrators may do all of it; there is no narrower right (metabase#82210). */
function factsOf(
  { credential }: MetabaseConfig,
  { email, firstName }: CurrentUser,
  settings: Settings,
): CredentialFacts {
  const showsSettings = Object.values(settings).some((each) => each !== undefined);
  return {
    owner: credential.kind === 'api-key' ? `API key ${firstName}` : email,
    may: [
      'read users, groups and memberships',
      'create, change, deactivate and reactivate users',
      'make, rename and delete groups',
      'add and remove members',
      ...(showsSettings ? ['read settings'] : []),
    ],
    mayNot: showsSettings ? [] : ['read settings'],
  };
}

import { silentLog } from '../../model/log.js';
import type { MetabaseConfig } from '../../model/target-config.js';
import type { AdapterDeps } from '../adapter-deps.js';
import { KeyedLock } from '../keyed-lock.js';
import type { Target } from '../target.js';
import { TargetClient } from '../target-client.js';
import { apply } from './apply.js';
import { connect, type Connection } from './connect.js';
import { apiKeyCredential } from './credential.js';
import type { MetabaseInstance } from './instance.js';
import { LoginCredential } from './login-credential.js';
import { MetabaseApi } from './metabase-api.js';
import { observe } from './observe.js';
import { reasonInRefusal } from './reason-in-refusal.js';

/** Metabase itself throttles logins only; a 429 without a time comes from what stands before it. */
const cooldownMs = 60_000;

/**
 * Drives one Metabase, open source or Pro, on its public API.
 *
 * `connect` looks at credential and settings; `observe` and `apply` connect by themselves when it was not called.
 *
 * @param usersPerPage how many rows of a list are asked for at once; Metabase has no limit of its own
 */
export function createMetabaseTarget(config: MetabaseConfig, deps: AdapterDeps, usersPerPage = 1000): Target {
  const log = deps.log ?? silentLog;
  const { credential } = config;
  const secrets = [credential.kind === 'api-key' ? credential.apiKey : credential.password];
  const client = new TargetClient(
    {
      label: 'Metabase',
      baseUrl: config.baseUrl,
      headers: {},
      secrets,
      limits: config.limits,
      unhintedPauseMs: cooldownMs,
      credentialHint: credential.kind === 'api-key' ? keyHint : undefined,
      reasonIn: reasonInRefusal,
    },
    deps,
  );
  const proof =
    credential.kind === 'api-key'
      ? apiKeyCredential(credential.apiKey)
      : new LoginCredential(credential, client, secrets, deps.now);
  const api = new MetabaseApi(client, proof);
  const connectDeps = { now: deps.now, log, locks: new KeyedLock(), usersPerPage };
  let current: Promise<Connection> | undefined;

  /** A look that failed is forgotten; those who ask meanwhile share the one under way. */
  const connectAgain = (signal: AbortSignal): Promise<Connection> => {
    const attempt = connect(config, api, connectDeps, signal).catch((error: unknown) => {
      if (current === attempt) current = undefined;
      throw error;
    });
    current = attempt;
    return attempt;
  };
  const instance = async (signal: AbortSignal): Promise<MetabaseInstance> =>
    (await (current ?? connectAgain(signal))).instance;

  return {
    name: config.name,
    connect: async (signal) => (await connectAgain(signal)).preflight,
    observe: async (scope, signal) => observe(await instance(signal), scope, signal),
    apply: async (operation, signal) => apply(await instance(signal), operation, signal),
  };
}

const keyHint =
  'An API key ends when it is deleted or regenerated; releases before 49 have none, and need a user name and a password.';

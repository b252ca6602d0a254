import type { DbtCloudConfig } from '../../model/target-config.js';
import { silentLog } from '../../model/log.js';
import type { AdapterDeps } from '../adapter-deps.js';
import type { Target } from '../target.js';
import { TargetClient } from '../target-client.js';
import { apply } from './apply.js';
import { connect, type Connection } from './connect.js';
import { DbtApi } from './dbt-api.js';
import { observe } from './observe.js';
import { reasonInEnvelope } from './reason-in-envelope.js';
import type { DbtSession } from './session.js';

/** Over the limit of 5,000 calls a minute the whole account is refused for five minutes, with or without a header. */
const cooldownMs = 300_000;

/** Answers a good token of an account that lives on a regional host exactly like a bad one (kestra-io/plugin-dbt#317). */
const legacyHost = 'cloud.getdbt.com';
const legacyHint = `Most accounts have a host of their own, such as PREFIX.us1.dbt.com; ${legacyHost} refuses their tokens.`;

/**
 * Drives one dbt Cloud account, in whichever of the vendor's two dialects the server speaks.
 *
 * `connect` settles the dialect; `observe` and `apply` connect by themselves when it was not called.
 */
export function createDbtCloudTarget(config: DbtCloudConfig, deps: AdapterDeps): Target {
  const log = deps.log ?? silentLog;
  const client = new TargetClient(
    {
      label: 'dbt Cloud',
      baseUrl: config.baseUrl,
      // `Token` works on both surfaces; `Bearer` only on the platform's.
      headers: { Authorization: `Token ${config.token}` },
      secrets: [config.token],
      limits: config.limits,
      unhintedPauseMs: cooldownMs,
      credentialHint: new URL(config.baseUrl).hostname === legacyHost ? legacyHint : undefined,
      reasonIn: reasonInEnvelope,
    },
    deps,
  );
  const api = new DbtApi(client);
  let current: Promise<Connection> | undefined;

  /** A look that failed is forgotten; those who ask meanwhile share the one under way. */
  const connectAgain = (signal: AbortSignal): Promise<Connection> => {
    const attempt = connect(config, api, { now: deps.now, log }, signal).catch((error: unknown) => {
      if (current === attempt) current = undefined;
      throw error;
    });
    current = attempt;
    return attempt;
  };
  const session = async (signal: AbortSignal): Promise<DbtSession> => (await (current ?? connectAgain(signal))).session;

  return {
    name: config.name,
    connect: async (signal) => (await connectAgain(signal)).preflight,
    observe: async (scope, signal) => observe(await session(signal), scope, signal),
    apply: async (operation, signal) => apply(await session(signal), operation, signal),
  };
}

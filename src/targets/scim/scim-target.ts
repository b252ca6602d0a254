import { silentLog } from '../../model/log.js';
import type { ScimTargetConfig } from '../../model/target-config.js';
import type { AdapterDeps } from '../adapter-deps.js';
import { TargetClient } from '../target-client.js';
import type { Target } from '../target.js';
import { apply } from './apply.js';
import { connect, type Connection } from './connect.js';
import { observe } from './observe.js';
import { reasonInError } from './reason-in-error.js';
import { ScimApi } from './scim-api.js';
import type { ScimSession } from './session.js';

/** For a 429 that names no time. */
const pauseMs = 60_000;

/**
 * Drives any server that speaks SCIM 2.0 (RFC 7643, RFC 7644): a vendor's own, or another Drawbridge.
 *
 * `connect` finds out what the server can do; `observe` and `apply` connect by themselves when it was not called.
 */
export function createScimTarget(config: ScimTargetConfig, deps: AdapterDeps): Target {
  const log = deps.log ?? silentLog;
  const client = new TargetClient(
    {
      label: 'the SCIM server',
      baseUrl: config.baseUrl,
      headers: {
        Authorization: `Bearer ${config.token}`,
        Accept: 'application/scim+json, application/json',
        'Content-Type': 'application/scim+json',
      },
      secrets: [config.token],
      limits: config.limits,
      unhintedPauseMs: pauseMs,
      credentialHint: undefined,
      reasonIn: reasonInError,
    },
    deps,
  );
  const api = new ScimApi(client);
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
  const session = async (signal: AbortSignal): Promise<ScimSession> =>
    (await (current ?? connectAgain(signal))).session;

  return {
    name: config.name,
    connect: async (signal) => (await connectAgain(signal)).preflight,
    observe: async (scope, signal) => observe(await session(signal), scope, signal),
    apply: async (operation, signal) => apply(await session(signal), operation, signal),
  };
}

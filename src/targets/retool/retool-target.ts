import { silentLog } from '../../model/log.js';
import type { RetoolConfig } from '../../model/target-config.js';
import type { AdapterDeps } from '../adapter-deps.js';
import type { Target } from '../target.js';
import { TargetClient } from '../target-client.js';
import { apply } from './apply.js';
import { connect, type Connection } from './connect.js';
import { observe } from './observe.js';
import { reasonInMessage } from './reason-in-message.js';
import { RetoolApi } from './retool-api.js';
import type { RetoolSession } from './session.js';

/** The limit is counted over a rolling minute, and a refusal does not say when it is over. */
const rollingWindowMs = 60_000;

const hostHint = 'A Retool token works only at the organisation, and the Space, it was made in.';

/**
 * Drives one Retool organisation, as far as plan and token open it.
 *
 * `connect` settles how far that is; `observe` and `apply` connect by themselves when it was not called.
 */
export function createRetoolTarget(config: RetoolConfig, deps: AdapterDeps): Target {
  const log = deps.log ?? silentLog;
  const client = new TargetClient(
    {
      label: 'Retool',
      baseUrl: config.baseUrl,
      headers: { Authorization: `Bearer ${config.token}` },
      secrets: [config.token],
      limits: config.limits,
      unhintedPauseMs: rollingWindowMs,
      credentialHint: hostHint,
      reasonIn: reasonInMessage,
    },
    deps,
  );
  const api = new RetoolApi(client);
  let current: Promise<Connection> | undefined;
  let last: RetoolSession | undefined;

  /** A look that failed is forgotten; those who ask meanwhile share the one under way. */
  const connectAgain = (signal: AbortSignal): Promise<Connection> => {
    const attempt = connect(config, api, { now: deps.now, log }, last, signal).then(
      (connection) => {
        last = connection.session;
        return connection;
      },
      (error: unknown) => {
        if (current === attempt) current = undefined;
        throw error;
      },
    );
    current = attempt;
    return attempt;
  };
  const session = async (signal: AbortSignal): Promise<RetoolSession> =>
    (await (current ?? connectAgain(signal))).session;

  return {
    name: config.name,
    connect: async (signal) => (await connectAgain(signal)).preflight,
    observe: async (scope, signal) => observe(await session(signal), scope, signal),
    apply: async (operation, signal) => apply(await session(signal), operation, signal),
  };
}

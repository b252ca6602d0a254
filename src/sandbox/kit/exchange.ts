import type { Request, RequestHandler } from 'express';
import { isAccepted } from './credential.js';
import { deliver, reset } from './faults/deliver.js';
import { earlyReply } from './faults/early-reply.js';
import type { Faults } from './faults/faults.js';
import type { Hooks } from './faults/hooks.js';
import type { Ledger, NotedRequest } from './ledger.js';
import type { RateBudget } from './rate-budget.js';
import { rateLimited } from './rate-limited.js';
import { Refusal } from './refusal.js';
import type { Reply } from './reply.js';
import type { Handler, Vendor } from './vendor.js';

/** A fake as its wire sees it: a vendor's manners over a core, whatever that holds. */
export interface Played<Call> {
  readonly vendor: Vendor<Call>;
  /** Every `FakeCore` is one. */
  readonly core: {
    readonly faults: Faults;
    readonly hooks: Hooks;
    readonly rate: RateBudget;
    readonly ledger: { open(request: Parameters<Ledger['open']>[0]): NotedRequest };
    now(): number;
    change<T>(entry: NotedRequest | undefined, work: () => T): T;
  };
}

/** One request from the wire and back: note it, let a fault strike, carry it out, deliver the answer. */
export function exchange<Call>(
  played: Played<Call>,
  route: string | undefined,
  handler: Handler<Call>,
): RequestHandler {
  const { core, vendor } = played;
  return (req, res) => {
    const entry = openEntry(played, route, req);
    const fault = core.faults.decide(entry);
    entry.fault = fault?.kind;
    const early = earlyReply(vendor.words, fault, core.now());
    switch (early.kind) {
      case 'reset':
        reset(res);
        return;
      case 'silence':
        return;
      case 'answer':
        deliver(res, early.reply, undefined, vendor.words);
        return;
      case 'pass':
        core.hooks.run(entry);
        deliver(res, carryOut(played, entry, handler, req), fault, vendor.words);
    }
  };
}

/** Notes a request, whatever becomes of it. */
export function openEntry<Call>({ core, vendor }: Played<Call>, route: string | undefined, req: Request): NotedRequest {
  const { method, originalUrl } = req;
  const { pathname, search } = new URL(originalUrl, 'http://localhost');
  const body = req.body as unknown;
  return core.ledger.open({
    at: core.now(),
    method,
    path: pathname,
    query: search,
    body: vendor.noted === undefined ? body : vendor.noted({ method, path: pathname, body }),
    route,
    credential: vendor.judge({ method, path: pathname, header: (name) => req.get(name) }),
  });
}

function carryOut<Call>(played: Played<Call>, entry: NotedRequest, handler: Handler<Call>, req: Request): Reply {
  const reply = answer(played, entry, handler, req);
  entry.status = reply.status;
  return reply;
}

function answer<Call>(
  { core, vendor }: Played<Call>,
  entry: NotedRequest,
  handler: Handler<Call>,
  req: Request,
): Reply {
  const { words } = vendor;
  const rate = vendor.rate();
  const waitMs = rate === undefined ? 0 : core.rate.spend(core.now(), rate);
  if (rate !== undefined && waitMs > 0) return rateLimited(words, rate.header, waitMs, core.now());
  if (!isAccepted(entry.credential)) return words.unauthorized;
  const { method, path } = entry;
  const body = req.body as unknown;
  const params = req.params as Record<string, string>;
  const query = new URLSearchParams(entry.query);
  try {
    const reply = core.change(entry, () =>
      handler(vendor.call({ method, path, params, query, body, header: (name) => req.get(name) })),
    );
    // A refusal never is, not even one that looks like a success, such as the web page of a gateway.
    const isWrite = vendor.isWrite?.({ method, path }) ?? method !== 'GET';
    entry.committed = isWrite && reply.status < 300;
    return reply;
  } catch (error) {
    if (error instanceof Refusal) return words.refusal(error);
    return words.refused(500, `The fake failed: ${String(error)}`);
  }
}

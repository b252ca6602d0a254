import type { Log } from '../model/log.js';
import { addRejections, type RejectionKind, type Rejections } from '../store/alerts-rejections.js';
import type { Store } from '../store/store.js';
import type { Exchange } from './exchange.js';
import type { ScimError } from './scim-error.js';

type Counted = Omit<Rejections, 'firstAt'>;

/** What was asked and how it was refused. */
export interface Rejected {
  readonly method: string;
  /** With or without a query; only the kind of resource in it is kept. */
  readonly path: string;
  readonly error: Pick<ScimError, 'status' | 'scimType' | 'detail'>;
}

/** More sorts of refusal than anybody would read; the rest is one sort. */
const mostSorts = 50;
const flushMs = 60_000;

/**
 * Counts the requests of identity providers that are refused, so that a misconfigured one is noticed. In memory, and
 * written down once a minute: refusing costs no write.
 */
export class RejectionCounter {
  readonly #store: Store;
  readonly #log: Log;
  #counts = new Map<string, Counted>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  count(exchange: Exchange, rejected: Rejected): void {
    const { directory, receivedAt: lastAt, expiredToken } = exchange;
    if (directory === undefined || !isTelling(rejected)) return;
    const { kind, what, detail } = sortOf(rejected, expiredToken);
    const name = JSON.stringify([directory, kind, what]);
    const known = this.#counts.get(name);
    if (known === undefined && this.#counts.size >= mostSorts) return this.#countAs(directory, lastAt);
    this.#counts.set(name, { directory, kind, what, count: (known?.count ?? 0) + 1, detail, lastAt });
    this.#schedule();
  }

  #countAs(directory: string, lastAt: number): void {
    const name = JSON.stringify([directory]);
    const count = (this.#counts.get(name)?.count ?? 0) + 1;
    this.#counts.set(name, { directory, kind: 'request', what: 'other requests', count, detail: null, lastAt });
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.flush(), flushMs).unref();
  }

  /** Writes down what was counted. Never rejects: a lost count is not worth an error. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const counts = [...this.#counts.values()];
    this.#counts = new Map();
    try {
      await addRejections(this.#store, counts);
    } catch (error) {
      this.#log.warn('refused requests were not counted', { error });
    }
  }
}

/**
 * Whether a refusal says something about the identity provider: looking for what is not there, a version that has moved
 * on, and being asked to slow down are everyday.
 */
function isTelling({ method, error: { status } }: Rejected): boolean {
  if (status < 400 || status >= 500 || status === 412 || status === 429) return false;
  return status !== 404 || !(method === 'GET' || method === 'HEAD');
}

function sortOf(
  { method, path, error }: Rejected,
  expiredToken: string | undefined,
): { readonly kind: RejectionKind; readonly what: string; readonly detail: string | null } {
  if (expiredToken !== undefined) return { kind: 'expired-token', what: expiredToken, detail: null };
  if (error.status === 401) return { kind: 'unauthorized', what: '401', detail: null };
  const outcome = [error.status, error.scimType].filter((each) => each !== undefined).join(' ');
  return { kind: 'request', what: `${verb(method)} ${shapeOf(path)} → ${outcome}`, detail: error.detail.slice(0, 300) };
}

const verb = (method: string): string => (/^(GET|HEAD|POST|PUT|PATCH|DELETE)$/.test(method) ? method : 'other');

/** `/Users/{id}`: ids and filters are left out, both because they are many and because they are personal data. */
function shapeOf(path: string): string {
  const [, resource, id] =
    /\/(Users|Groups|Bulk|Me|Schemas|ResourceTypes|ServiceProviderConfig)(?=[/?]|$)(\/[^/?]+)?/i.exec(path) ?? [];
  return resource === undefined ? 'elsewhere' : `/${resource}${id === undefined ? '' : '/{id}'}`;
}

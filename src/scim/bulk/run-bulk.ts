import { ScimError } from '../scim-error.js';
import type { BulkOperation, BulkOutcome, MalformedOperation } from './bulk-operation.js';

/** Does what one operation asks for. */
export interface BulkWorker {
  /** Carries it out with these ids in place of its references. A new resource gets the id `newId`. */
  perform(operation: BulkOperation, ids: ReadonlyMap<string, string>, newId: string): Promise<BulkOutcome>;
  /** Takes a reference out of a user again, because what it was promised to lead to could not be made. */
  withdraw(operation: BulkOperation, ids: ReadonlyMap<string, string>, bulkId: string): Promise<BulkOutcome>;
  refuse(operation: BulkOperation | MalformedOperation, error: ScimError): BulkOutcome;
  newId(): string;
}

type Given = BulkOperation | MalformedOperation;

/**
 * Carries out the operations of a bulk request: in the order given, except that one which refers to a resource that is
 * still to be made waits for it (RFC 7644 §3.7.1, §3.7.2). Each is carried out once.
 *
 * Where all that is left waits for each other, a new user goes first, and the resources it refers to are promised the
 * ids it is stored with: nobody needs to exist to be somebody's manager. Should one of them fail after all, the
 * reference is taken out again and reported. Groups alone in a circle are refused with 409.
 *
 * @param failOnErrors after so many failures nothing more is done; what was not tried is not in the result.
 * @returns the outcomes in the order of the request.
 */
export async function runBulk(
  operations: readonly Given[],
  failOnErrors: number,
  worker: BulkWorker,
): Promise<readonly BulkOutcome[]> {
  const run = new BulkRun(operations, worker);
  while (run.errors < failOnErrors) {
    const operation = run.takeReady() ?? run.takeStuck();
    if (operation === undefined) break;
    await run.settle(operation);
  }
  return run.finish();
}

class BulkRun {
  readonly #worker: BulkWorker;
  readonly #pending: Given[];
  #cursor = 0;
  /** The operation that makes what a bulkId stands for. */
  readonly #makers = new Map<string, BulkOperation>();
  /** Who waits for a bulkId, and how many each waits for. */
  readonly #waiting = new Map<string, BulkOperation[]>();
  readonly #missing = new Map<Given, number>();
  /** The ids of what was made, or promised. */
  readonly #ids = new Map<string, string>();
  /** Users stored with an id that was only promised. */
  readonly #trusting = new Map<string, BulkOperation[]>();
  readonly #outcomes = new Map<number, BulkOutcome>();

  constructor(operations: readonly Given[], worker: BulkWorker) {
    this.#worker = worker;
    this.#pending = [...operations];
    for (const each of operations.filter(isMaker)) this.#makers.set(each.bulkId, each);
    for (const each of operations) {
      const known = each.kind === 'malformed' ? [] : [...each.references].filter((bulkId) => this.#makers.has(bulkId));
      this.#missing.set(each, known.length);
      if (each.kind === 'operation') for (const bulkId of known) listed(this.#waiting, bulkId).push(each);
    }
  }

  get errors(): number {
    return [...this.#outcomes.values()].filter(({ status }) => status >= 400).length;
  }

  /** The next operation that waits for nothing, going round: what comes later is not held up by what must wait. */
  takeReady(): Given | undefined {
    for (let looked = 0; looked < this.#pending.length; looked += 1, this.#cursor += 1) {
      if (this.#cursor >= this.#pending.length) this.#cursor = 0;
      const operation = this.#pending[this.#cursor];
      if (operation !== undefined && this.#missing.get(operation) === 0) return this.#takeAt(this.#cursor);
    }
    return undefined;
  }

  /** One that breaks a circle, now that everything left is in one or behind one. */
  takeStuck(): Given | undefined {
    const user = this.#pending.findIndex((each) => isMaker(each) && each.type === 'User');
    return this.#takeAt(user === -1 ? this.#pending.findIndex(isMaker) : user);
  }

  async settle(operation: Given): Promise<void> {
    const outcome =
      operation.kind === 'malformed'
        ? this.#worker.refuse(operation, operation.error)
        : await this.#carryOut(operation);
    this.#outcomes.set(operation.index, outcome);
    if (!isMaker(operation)) return;
    const { bulkId } = operation;
    for (const each of this.#waiting.get(bulkId) ?? []) this.#missing.set(each, (this.#missing.get(each) ?? 1) - 1);
    if (outcome.status >= 400) await this.#breakPromise(bulkId);
  }

  /** The outcomes, after promises were broken that nobody came to keep. */
  async finish(): Promise<readonly BulkOutcome[]> {
    for (const bulkId of this.#trusting.keys()) {
      const maker = this.#makers.get(bulkId);
      if (maker === undefined || !this.#outcomes.has(maker.index)) await this.#breakPromise(bulkId);
    }
    return [...this.#outcomes.values()].sort((left, right) => left.index - right.index);
  }

  #takeAt(index: number): Given | undefined {
    return index === -1 ? undefined : this.#pending.splice(index, 1)[0];
  }

  async #carryOut(operation: BulkOperation): Promise<BulkOutcome> {
    const refusal = this.#promiseWhatIsMissing(operation) ?? this.#unresolvable(operation);
    if (refusal !== undefined) return this.#worker.refuse(operation, refusal);
    const { bulkId = '' } = operation;
    const newId = this.#ids.get(bulkId) ?? this.#worker.newId();
    const outcome = await this.#worker.perform(operation, this.#ids, newId);
    if (isMaker(operation) && outcome.status < 400) this.#ids.set(bulkId, newId);
    return outcome;
  }

  #promiseWhatIsMissing(operation: BulkOperation): ScimError | undefined {
    const untried = [...operation.references].filter((bulkId) => {
      const maker = this.#makers.get(bulkId);
      return maker !== undefined && !this.#outcomes.has(maker.index);
    });
    if (untried.length > 0 && operation.type === 'Group') {
      return new ScimError(409, `${untried.slice(0, 20).map(named).join(', ')} and this group refer to each other.`);
    }
    for (const bulkId of untried) {
      if (!this.#ids.has(bulkId)) this.#ids.set(bulkId, this.#worker.newId());
      listed(this.#trusting, bulkId).push(operation);
    }
    return undefined;
  }

  #unresolvable({ references }: BulkOperation): ScimError | undefined {
    const unknown = [...references].find((bulkId) => !this.#makers.has(bulkId));
    if (unknown !== undefined) {
      return ScimError.badRequest('invalidValue', `${named(unknown)} is not made by any POST of this request.`);
    }
    const failed = [...references].find((bulkId) => !this.#ids.has(bulkId));
    return failed === undefined ? undefined : new ScimError(409, `${named(failed)} could not be created.`);
  }

  async #breakPromise(bulkId: string): Promise<void> {
    this.#ids.delete(bulkId);
    for (const operation of this.#trusting.get(bulkId) ?? []) {
      const outcome = this.#outcomes.get(operation.index);
      if (outcome === undefined || outcome.status >= 400) continue;
      this.#outcomes.set(operation.index, await this.#worker.withdraw(operation, this.#ids, bulkId));
    }
  }
}

type Maker = BulkOperation & { readonly bulkId: string };

function isMaker(operation: Given): operation is Maker {
  return operation.kind === 'operation' && operation.method === 'POST' && operation.bulkId !== undefined;
}

function listed<T>(lists: Map<string, T[]>, key: string): T[] {
  const known = lists.get(key) ?? [];
  lists.set(key, known);
  return known;
}

function named(bulkId: string): string {
  return `bulkId:${bulkId.slice(0, 100)}`;
}

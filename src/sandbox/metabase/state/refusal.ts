import { Refusal } from '../../kit/refusal.js';
import { needsLicence, texts } from '../texts.js';

/** A refusal whose body is `{errors: {field: message}}`; failed checks of a request's shape say more in `specific`. */
export class FieldRefusal extends Refusal {
  readonly errors: Readonly<Record<string, string>>;
  readonly specific: Readonly<Record<string, readonly string[]>> | undefined;

  constructor(
    status: number,
    errors: Readonly<Record<string, string>>,
    specific?: Readonly<Record<string, readonly string[]>>,
  ) {
    super(status, Object.values(errors).join(' '));
    this.errors = errors;
    this.specific = specific;
  }
}

/** A refusal whose body is the vendor's own exception as a map; every 500 is one. */
export class ThrowableRefusal extends Refusal {
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(status, message);
    this.extra = extra;
  }
}

export function notFound(): Refusal {
  return new Refusal(404, texts.notFound);
}

export function plain(message: string): Refusal {
  return new Refusal(400, message);
}

export function field(name: string, message: string): FieldRefusal {
  return new FieldRefusal(400, { [name]: message });
}

export function throwable(message: string): ThrowableRefusal {
  return new ThrowableRefusal(400, message);
}

/** 402: the edition does not have the feature. */
export function unlicensed(feature: string): ThrowableRefusal {
  return new ThrowableRefusal(402, needsLicence(feature), { status: 'error-premium-feature-not-available' });
}

/** What the database says, passed on as a 500. */
export function databaseError(message: string, detail: string): ThrowableRefusal {
  return new ThrowableRefusal(500, message, { 'sql-exception-chain': [`SQLException:\nMessage: ${detail}`] });
}

/** @param constraint the columns that must be unique together */
export function uniqueViolation(table: string, constraint: string): ThrowableRefusal {
  const message = `ERROR: duplicate key value violates unique constraint "unique_${table}_${constraint}"`;
  return databaseError(message, message);
}

import type { Calls } from './played-step.js';

/** What a fake noted of each request. */
interface Noted {
  readonly entries: readonly { readonly method: string }[];
  mails(): Readonly<Record<string, number>>;
}

/** What a tool was asked, all in all: every request counts, those it refused or never answered too. */
export function countCalls(ledger: Noted): Calls {
  const reads = ledger.entries.filter(({ method }) => method === 'GET').length;
  const mails = Object.values(ledger.mails()).reduce((sum, each) => sum + each, 0);
  return { reads, writes: ledger.entries.length - reads, mails };
}

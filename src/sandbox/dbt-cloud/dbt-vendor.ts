import type { Vendor } from '../kit/vendor.js';
import type { DbtCore } from './dbt-core.js';
import { notFound } from './state/refusal.js';
import { surfaces } from './surfaces/surface.js';
import { judgeCredential } from './wire/credential.js';
import type { Call } from './wire/route.js';
import { dbtWords } from './wire/words.js';

/** dbt Cloud's side of the wire. Which surface answers is looked up per request, so a test may switch it. */
export function dbtVendor(core: DbtCore): Vendor<Call> {
  return {
    routes: () => surfaces[core.rules.dialect],
    unknownPath: () => {
      throw notFound();
    },
    judge: ({ header }) => judgeCredential(core.account, core.tokens, header('authorization')),
    rate: () => core.rules.rate,
    call: ({ params, query, body }) => {
      const { account } = params;
      if (account !== undefined && account !== String(core.account.id)) throw notFound();
      return { account: core.account, seen: core.seen, params, query, body };
    },
    words: dbtWords,
  };
}

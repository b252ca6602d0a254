import { Refusal } from '../kit/refusal.js';
import type { Vendor } from '../kit/vendor.js';
import type { MetabaseCore } from './metabase-core.js';
import { routes } from './surfaces/routes.js';
import { texts } from './texts.js';
import { callerOf, isLogin } from './wire/caller.js';
import { appPage } from './wire/replies.js';
import type { Call } from './wire/route.js';
import { metabaseWords } from './wire/words.js';

/** Metabase's side of the wire: below `/api` the API, everywhere else a page for browsers. */
export function metabaseVendor(core: MetabaseCore): Vendor<Call> {
  return {
    routes: () => routes,
    unknownPath: ({ path }) => {
      if (path.startsWith('/api/')) throw new Refusal(404, texts.noSuchEndpoint);
      return appPage();
    },
    judge: (request) => callerOf(core.site, request).credential,
    rate: () => core.rules.rate,
    isWrite: ({ method, path }) => method !== 'GET' && !isLogin(method, path),
    noted: ({ method, path, body }) => (hasPassword(method, path) ? withoutPassword(body) : body),
    call: (asked) => ({
      site: core.site,
      caller: callerOf(core.site, asked),
      sessionId: asked.header('x-metabase-session'),
      path: asked.path,
      params: asked.params,
      query: asked.query,
      body: asked.body,
    }),
    words: metabaseWords,
  };
}

function hasPassword(method: string, path: string): boolean {
  return isLogin(method, path) || /\/password\/?$/.test(path);
}

function withoutPassword(body: unknown): unknown {
  return typeof body === 'object' && body !== null ? { ...body, password: '(hidden)' } : undefined;
}

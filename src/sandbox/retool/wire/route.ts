import type { Reply } from '../../kit/reply.js';
import type { Handler, Routes } from '../../kit/vendor.js';
import { Refusal } from '../../kit/refusal.js';
import type { Organisation } from '../state/organisation.js';
import { missingScope, notInPlan } from './gate-texts.js';
import { PlanPage } from './plan-page.js';
import type { Scope, Token } from './token.js';
import { allows } from './token.js';

/** One request as a surface sees it. */
export interface Call {
  readonly org: Organisation;
  /** Whose request it is; undefined on the few paths that need no token. */
  readonly token: Token | undefined;
  /** All tokens of the organisation. */
  readonly tokens: () => readonly Token[];
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** What a plan includes or not, as a whole. */
export type Family = 'Users' | 'Groups' | 'User Invites' | 'User Attributes' | 'Access Tokens';

interface Gate {
  readonly family: Family;
  /** Any one of them is enough. */
  readonly scopes: readonly [Scope, ...Scope[]];
}

const business: readonly Family[] = ['User Invites', 'User Attributes'];

/**
 * A handler behind the plan and the token's scopes, asked in this order.
 *
 * Business tokens send invites without having the scopes of users, which that plan does not offer; which scope they
 * need instead is not known, so there none is asked for.
 */
export function gated({ family, scopes }: Gate, handle: Handler<Call>): Handler<Call> {
  return (call): Reply => {
    const { plan, gated: answer } = call.org.rules;
    if (plan === 'free' || (plan === 'business' && !business.includes(family))) {
      throw answer === 'html' ? new PlanPage() : new Refusal(403, notInPlan(family));
    }
    const isFree = plan === 'business' && family === 'User Invites';
    if (!isFree && !scopes.some((scope) => call.token !== undefined && allows(call.token, scope))) {
      throw new Refusal(403, missingScope(scopes));
    }
    return handle(call);
  };
}

/** All handlers of a table behind one family, reads and writes with a scope each. */
export function gatedRoutes(
  family: Family,
  { read, write }: { readonly read: Gate['scopes']; readonly write: Gate['scopes'] },
  routes: Routes<Call>,
): Routes<Call> {
  const entries = Object.entries(routes).map(([route, handle]) => {
    return [route, gated({ family, scopes: route.startsWith('GET ') ? read : write }, handle)] as const;
  });
  return Object.fromEntries(entries);
}

export function param({ params }: Call, name = 'id'): string {
  return params[name] ?? '';
}

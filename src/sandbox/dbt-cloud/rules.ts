import type { RateRule } from '../kit/rate-budget.js';
import type { LicenceType } from './state/records.js';

export type Dialect = 'v2' | 'platform' | 'merged';
export type Plan = 'starter' | 'team' | 'enterprise';
/** Free seats per licence type; null is unlimited. */
export type Seats = Readonly<Record<LicenceType, number | null>>;

/**
 * What the fake does where the vendor is silent, or where accounts differ. Defaults are the documented behaviour, or
 * the less forgiving guess; tests turn single rules around.
 */
export interface Rules {
  /** Which surface answers: the v2 one, the published platform API, or both over user objects that show everything. */
  dialect: Dialect;
  plan: Plan;
  seats: Seats;
  /** `personal` tokens die with their user and may not edit that user's groups; `service` tokens belong to nobody. */
  tokenKind: 'personal' | 'service';
  /** Adds fields no client knows to every object, so that a lossy read–merge–write shows in `ledger.losses`. */
  unknownFields: boolean;
  limitOver100: 'clamp' | 'refuse';
  /** v2: what the second DELETE of one user answers. */
  secondDelete: 'ok' | 'not-found';
  /** v2: whether the list of users shows deactivated ones. */
  listInactive: boolean;
  /** v2: whether a deactivated user stays in their groups. The platform API always removes them. */
  deactivationKeepsGroups: boolean;
  /** v2: whether group objects show `users` to a GET too. */
  showMembers: boolean;
  /** v2: whether `GET invitations/` exists. */
  listInvitations: boolean;
  /** Platform: what a licence POST without `groups` does to memberships. */
  licenceWithoutGroups: 'clear' | 'keep';
  /** Default groups at acceptance: only when the invitation named none, or always in addition. */
  defaultGroups: 'when-none-given' | 'always';
  reinviteWhilePending: 'resend' | 'refuse';
  /** Whether a pending invitation holds its seat. */
  pendingHoldsSeat: boolean;
  /** Accepting then leads to status 5, and only the first single sign-on makes the user. */
  singleSignOn: boolean;
  /** Platform: whether the undocumented `POST invites/{id}/` cancels an invitation. */
  revokeRoute: boolean;
  duplicateGroupNames: 'allow' | 'refuse';
  /** Platform: what a group POST without `sso_mapping_groups` does to them. */
  omittedSsoMapping: 'clear' | 'keep';
  /** Platform: shape of `licenses/`. */
  licensesAs: 'object' | 'list';
  /** One budget for the whole account. The vendor documents the header forms but `seconds` for native SCIM only. */
  rate: RateRule;
  /** Reads show the state of this many milliseconds ago. */
  readLagMs: number;
  /** When a pending invitation expires by itself. The vendor publishes no figure. */
  invitationLifetimeMs: number;
}

const day = 24 * 60 * 60 * 1000;

const seatsByPlan: Readonly<Record<Plan, Seats>> = {
  starter: { developer: 5, read_only: 5, it: 1, analyst: 0 },
  team: { developer: 8, read_only: 5, it: 1, analyst: 0 },
  enterprise: { developer: null, read_only: null, it: null, analyst: null },
};

/** The rules in force when nothing is said: an Enterprise account behind the platform API. */
export function rulesWith(given: Partial<Rules>): Rules {
  const dialect = given.dialect ?? 'platform';
  const plan = given.plan ?? 'enterprise';
  return {
    dialect,
    plan,
    seats: seatsByPlan[plan],
    tokenKind: dialect === 'v2' ? 'service' : 'personal',
    unknownFields: true,
    limitOver100: 'clamp',
    secondDelete: 'ok',
    listInactive: true,
    deactivationKeepsGroups: false,
    showMembers: false,
    listInvitations: false,
    licenceWithoutGroups: 'clear',
    defaultGroups: 'when-none-given',
    reinviteWhilePending: 'resend',
    pendingHoldsSeat: false,
    singleSignOn: false,
    revokeRoute: false,
    duplicateGroupNames: 'allow',
    omittedSsoMapping: 'clear',
    licensesAs: 'object',
    rate:
      dialect === 'v2'
        ? { perMinute: 5000, cooldownSeconds: 60, header: 'seconds' }
        : { perMinute: 5000, cooldownSeconds: 300, header: 'none' },
    readLagMs: 0,
    invitationLifetimeMs: 30 * day,
    ...given,
  };
}

import { z } from 'zod';
import type { MetabaseApi } from './metabase-api.js';
import { TargetError } from '../target-error.js';

/** What Metabase's settings tell about others who write to the same people. Undefined: not shown. */
export interface Settings {
  /** Whether a mail server is set up: without one, nobody is invited by mail. */
  readonly mail: boolean | undefined;
  readonly ownScim: boolean | undefined;
  /** Sign-on methods whose logins make accounts, and bring deactivated ones back (metabase#58582). */
  readonly provisioning: readonly string[] | undefined;
  /** Sign-on methods whose logins set group memberships. */
  readonly groupSync: readonly string[] | undefined;
}

const unknown: Settings = { mail: undefined, ownScim: undefined, provisioning: undefined, groupSync: undefined };

const settingsAnswer = z.record(z.string(), z.unknown()).transform((all): Settings => {
  const flag = (name: string): boolean | undefined => (typeof all[name] === 'boolean' ? all[name] : undefined);
  const methods = (names: readonly string[], setting: string): readonly string[] | undefined => {
    const known = names.filter((name) => flag(`${name}-enabled`) !== undefined);
    if (known.length === 0) return undefined;
    return known.filter((name) => flag(`${name}-enabled`) === true && flag(`${name}-${setting}`) === true);
  };
  return {
    mail: flag('email-configured?'),
    ownScim: flag('scim-enabled'),
    provisioning: methods(['saml', 'jwt'], 'user-provisioning-enabled?'),
    groupSync: methods(['ldap', 'saml', 'jwt'], 'group-sync'),
  };
});

/**
 * Reads the settings an administrator may see (metabase.session, `GET /api/session/properties`). Which ones there are
 * depends on release and plan, and nothing rests on them but warnings: a server that does not answer is no failure.
 */
export async function readSettings(api: MetabaseApi, signal: AbortSignal): Promise<Settings> {
  try {
    return await api.get('/session/properties', settingsAnswer, signal);
  } catch (error) {
    if (isUnreadable(error)) return unknown;
    throw error;
  }
}

function isUnreadable(error: unknown): boolean {
  if (!(error instanceof TargetError)) return false;
  return error.code === 'REJECTED' || error.code === 'UNEXPECTED_RESPONSE' || error.status === 403;
}

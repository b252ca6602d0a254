import type { UserAttributes } from '../model/scim-attributes.js';

/**
 * What a PUT makes of a user. Profile attributes the client left out are cleared, as RFC 7644 §3.5.1 has it; two are kept
 * because leaving them out never means losing them: `active` (else a disabled user would come back) and `externalId`
 * (Okta's profile push has none, and look-ups depend on it).
 */
export function replaceUser(existing: UserAttributes, incoming: UserAttributes): UserAttributes {
  const { active = existing.active, externalId = existing.externalId } = incoming;
  return {
    ...incoming,
    ...(active === undefined ? {} : { active }),
    ...(externalId === undefined ? {} : { externalId }),
  };
}

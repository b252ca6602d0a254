import type { Settings } from './settings.js';

/** What an operator should know, or settle, before Drawbridge writes to this Metabase. */
export function warnAboutSettings({ mail, ownScim, provisioning, groupSync }: Settings): string[] {
  const unseen = [
    ...(ownScim === undefined ? ["Metabase's own SCIM"] : []),
    ...(provisioning === undefined ? ['user provisioning by SAML or JWT'] : []),
    ...(groupSync === undefined ? ['group sync by LDAP, SAML or JWT'] : []),
  ];
  return [
    warnAboutMail(mail),
    ...(ownScim === true ? [scimFights] : []),
    ...(provisioning ?? []).map(
      (method) =>
        `User provisioning by ${method.toUpperCase()} is on in Metabase: a login brings back somebody who was deactivated. Turn it off (Admin settings, Authentication).`,
    ),
    ...(groupSync ?? []).map(
      (method) =>
        `Group sync by ${method.toUpperCase()} is on in Metabase: each login sets memberships. Map no group there that Drawbridge fills.`,
    ),
    ...(unseen.length > 0
      ? [
          `Metabase does not show whether ${listed(unseen)} is on. It would work against Drawbridge: make sure it is off.`,
        ]
      : []),
  ];
}

const scimFights =
  "Metabase's own SCIM is on: two writers would fight over the same people, so whoever has an account it made is refused. Turn it off, then restart Drawbridge.";

function warnAboutMail(mail: boolean | undefined): string {
  if (mail === false) {
    return 'Metabase has no mail server: new people get no invitation and a password nobody knows, so they can log in by single sign-on only.';
  }
  const where = mail === undefined ? ', if it has a mail server' : '';
  return `Metabase sends one invitation mail for each new account${where}, and has no switch against it: a first sync of N new people sends N mails.`;
}

export function warnAboutAdministrators(people: readonly { readonly email: string }[]): string[] {
  const [only, another] = people;
  if (another !== undefined) return [];
  const who = only === undefined ? 'No person administers' : `Only ${only.email} administers`;
  return [
    `${who} Metabase, API keys not counted: the last one is never deactivated or demoted by Drawbridge. Make a second person an administrator.`,
  ];
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1) ?? ''}`;
}

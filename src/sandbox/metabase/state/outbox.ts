import type { Mail, User } from './records.js';
import type { Site } from './site.js';

const reminderAfterMs = 3 * 24 * 60 * 60_000;

/** Invites somebody, when the instance can send mail; tenant users never are. There is no way to turn it off. */
export function sendInvitation(site: Site, user: User, inviter: string): void {
  const { rules, data } = site;
  if (!rules.smtp || user.tenantId !== null) return;
  const onlySso = rules.ssoMethods.length > 0 && !rules.passwordLogin;
  const link = onlySso ? 'login' : 'set-password';
  data.outbox.push({ kind: 'invitation', to: user.email, at: site.now(), inviter, link });
  site.emit({ kind: 'mail', email: user.email });
}

/** Reminds, once and on the third day, every active person who was invited and never signed in. */
export function sendDueReminders(site: Site): void {
  const { rules, data } = site;
  if (!rules.reminders || !rules.smtp) return;
  const reminded = new Set(data.outbox.filter((each) => each.kind === 'reminder').map((each) => each.to));
  const due = data.outbox.filter(
    (each) => each.kind === 'invitation' && each.at + reminderAfterMs <= site.now() && !reminded.has(each.to),
  );
  for (const invitation of due) {
    if (isWaiting(site, invitation)) {
      data.outbox.push({ ...invitation, kind: 'reminder', at: invitation.at + reminderAfterMs });
    }
  }
}

function isWaiting({ data }: Site, { to }: Mail): boolean {
  const user = data.users.get(data.byEmail.get(to) ?? 0);
  return user !== undefined && user.active && user.lastLogin === null;
}

import type { PlanAnswer } from '../openapi/plan-schemas.js';
import { printable } from './printable.js';

/** As many lines of one sort as are shown; `--json` has them all. */
const shown = 200;

/** How a change reads at the start of its line: added, changed, removed. */
const signs: Readonly<Record<string, string>> = {
  invite: '+',
  'create-account': '+',
  'reactivate-account': '+',
  'create-group': '+',
  grant: '+',
  'update-account': '~',
  'rename-group': '~',
  'deactivate-account': '-',
  'cancel-invitation': '-',
  'delete-group': '-',
  revoke: '-',
};

/** A plan the way infrastructure tools print theirs: signed lines, reasons, and the sums at the end. */
export function formatPlan(plan: PlanAnswer): string {
  const title = `${plan.target} (mode ${plan.mode}, ${plan.dialect})`;
  if (!plan.hasChanges && plan.problems.length === 0) return `${title}: nothing to change.${standing(plan)}`;
  const blocks = [
    list(plan.changes.filter(({ fate }) => fate === 'apply').map(changeLine)),
    list(plan.following.map(({ email, groupName }) => `  + then add ${email} to ${groupName}`)),
    section('Held for a person', plan.changes.filter(({ fate }) => fate === 'held').map(heldLine)),
    section('Rejected by a person', plan.changes.filter(({ fate }) => fate === 'rejected').map(changeLine)),
    section(`Not done in mode ${plan.mode}`, plan.changes.filter(({ fate }) => fate === 'withheld').map(changeLine)),
    section(
      'Cannot be done',
      plan.problems.map(({ name, reason }) => `  ! ${name}: ${reason}`),
    ),
    section('Taken over as they are', adopted(plan)),
    sums(plan),
  ];
  return [`${title}:`, ...blocks.filter((block) => block !== '')].join('\n\n');
}

type Change = PlanAnswer['changes'][number];

const changeLine = ({ kind, summary, reason }: Change): string =>
  `  ${signs[kind] ?? '~'} ${summary}\n      because ${reason}`;

const heldLine = (change: Change): string => `${changeLine(change)}\n      held: ${change.heldBecause ?? ''}`;

function adopted({ adopted: { accounts, groups } }: PlanAnswer): string[] {
  return [
    ...accounts.map(({ email, remoteId }) => `  = account ${email} (${remoteId})`),
    ...groups.map(({ name, remoteId }) => `  = group ${name} (${remoteId})`),
  ];
}

function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${heading}:\n${list(lines)}`;
}

function list(lines: readonly string[]): string {
  const more = lines.length - shown;
  const kept = lines.slice(0, shown).map((each) => each.split('\n').map(printable).join('\n'));
  return [...kept, ...(more > 0 ? [`  … and ${String(more)} more; --json has them all`] : [])].join('\n');
}

function sums(plan: PlanAnswer): string {
  const { counts, seats } = plan;
  const taken = seats
    .filter(({ needed }) => needed > 0)
    .map(
      ({ licence, needed, used, total }) =>
        `${String(needed)} ${licence} (${String(used)} of ${total === null ? 'any number' : String(total)} used)`,
    );
  return [
    `Accounts: ${String(counts.accountsAdded)} to add, ${String(counts.accountsChanged)} to change, ${String(counts.accountsRemoved)} to remove.`,
    `Groups: ${String(counts.groupsAdded)} to add, ${String(counts.groupsChanged)} to change, ${String(counts.groupsRemoved)} to remove.`,
    `Memberships: ${String(counts.grants)} to grant, ${String(counts.revokes)} to revoke.`,
    `Mails sent: ${String(counts.mails)}.${taken.length === 0 ? '' : ` Seats taken: ${taken.join(', ')}.`}`,
    `Held: ${String(counts.held)}. Withheld: ${String(counts.withheld)}. Problems: ${String(counts.problems)}.${standing(plan)}`,
  ].join('\n');
}

function standing({ invited, foreignAccounts }: PlanAnswer): string {
  const waiting = invited === 0 ? '' : ` ${String(invited)} wait for an invitation to be accepted.`;
  const foreign = foreignAccounts === 0 ? '' : ` ${String(foreignAccounts)} foreign accounts are left alone.`;
  return `${waiting}${foreign}`;
}

import type { DoctorAnswer } from '../openapi/plan-schemas.js';
import { printable } from './printable.js';

/** As many entries of one list as are named; `--json` has them all. */
const named = 10;

/** The findings about one target in words, what works first, what to do about the rest after it. */
export function formatDoctor(findings: DoctorAnswer): string {
  const { target, type, error } = findings;
  const lines = error === null ? healthy(findings) : sick(findings, error);
  return [`${target} (${type})`, ...lines.map((line) => `  ${printable(line)}`)].join('\n');
}

function sick({ credentialValid }: DoctorAnswer, error: string): string[] {
  const next = credentialValid
    ? 'Nothing is lost: what is due stays due. Try again in a moment.'
    : 'Put the credential right in the configuration and start Drawbridge again.';
  return [`✗ ${error}`, next];
}

function healthy(findings: DoctorAnswer): string[] {
  const { dialect, owner, may, mayNot, abilities, seats, warnings, adopted, problems, foreignAccounts } = findings;
  const able = Object.entries(shownAbilities);
  const yes = able.filter(([name]) => abilities[name] === true).map(([, words]) => words);
  const no = able.filter(([name]) => abilities[name] === false).map(([, words]) => words);
  return [
    `✓ the credential works${dialect === null ? '' : ` (${dialect})`}; ${owner === null ? 'the target does not say whose it is' : `it belongs to ${owner}`}`,
    ...(may.length === 0 ? [] : [`✓ it may: ${may.join(', ')}`]),
    ...(mayNot.length === 0 ? [] : [`✗ it may not: ${mayNot.join(', ')}`]),
    `✓ Drawbridge can: ${yes.join(', ') || 'nothing'}`,
    ...(no.length === 0 ? [] : [`· it cannot: ${no.join(', ')}`]),
    ...seats.map(
      ({ licence, used, total }) =>
        `· ${licence}: ${String(used)} of ${total === null ? 'any number' : String(total)} used${total === null ? '' : `, ${String(Math.max(0, total - used))} free`}`,
    ),
    ...warnings.map((warning) => `! ${warning}`),
    ...some(
      'accounts would be adopted',
      adopted.accounts.map(({ email }) => email),
    ),
    ...some(
      'groups would be adopted',
      adopted.groups.map(({ name }) => name),
    ),
    `· ${String(foreignAccounts)} active accounts belong to nobody in the directories; they are left alone`,
    ...problems.slice(0, named).map(({ name, reason }) => `! ${name}: ${reason}`),
    ...(problems.length > named ? [`! … and ${String(problems.length - named)} more; --json has them all`] : []),
  ];
}

function some(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > named ? ` and ${String(names.length - named)} more` : '';
  return [`· ${String(names.length)} ${what}: ${names.slice(0, named).join(', ')}${more}`];
}

/** The abilities a person asks about, in their words. */
const shownAbilities: Readonly<Record<string, string>> = {
  deactivates: 'deactivate people',
  editsNames: 'change names',
  editsAddress: 'change addresses',
  managesGroups: 'manage who is in groups',
  createsGroups: 'make groups',
  renamesGroups: 'rename groups',
  deletesGroups: 'delete groups it made',
  cancelsInvitations: 'withdraw invitations',
};

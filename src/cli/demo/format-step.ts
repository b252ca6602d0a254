import { formatTable } from '../table.js';
import { held, type Check } from './check.js';
import type { Paint } from './paint.js';
import type { Picture } from './picture.js';
import type { PlayedStep } from './played-step.js';
import { toolNames } from './tools.js';

/** One step for a reader at a terminal. What changed in each tool since `before` is marked. */
export function formatStep(step: PlayedStep, before: PlayedStep | undefined, paint: Paint): string {
  const { number, name, sent, answered, calls, checks } = step;
  const row = (label: string, text: string) => `    ${paint('dim', label.padEnd(8))}  ${text}`;
  return [
    paint('bold', `${String(number).padStart(2)}. ${name}`),
    ...(sent === undefined ? [] : [row('sent', `${sent.method} ${sent.path}`)]),
    ...(sent?.body === undefined ? [] : [row('', oneLine(sent.body))]),
    ...(answered === undefined ? [] : [row('answered', `${String(answered.status)} ${oneLine(answered.body)}`.trim())]),
    ...toolNames.flatMap((tool) => {
      const picture = step[tool];
      if (picture === undefined) return [];
      return holdings(picture, before?.[tool]).map((line, index) => row(index === 0 ? tool : '', line));
    }),
    ...callsTable(calls).map((line, index) => row(index === 0 ? 'calls' : '', line)),
    ...formatChecks(checks, paint),
  ].join('\n');
}

const bodyWidth = 106;

/** Schemas are left out, ids and URNs shortened: what is left fits a line more often than not. */
function oneLine(body: unknown): string {
  if (body === undefined) return '';
  const text = JSON.stringify(body, (key, value: unknown) => (key === 'schemas' ? undefined : value))
    .replace(/urn:[\w:.]*:(?=\w+)/g, '…')
    .replace(/([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f-]{22}/g, '$1…');
  return text.length > bodyWidth ? `${text.slice(0, bodyWidth - 1)}…` : text;
}

/** Everybody with state, licence and groups, those invited included. */
function holdings(picture: Picture, before: Picture | undefined): readonly string[] {
  const known = new Set((before === undefined ? [] : rowsOf(before)).map((cells) => cells.join('\t')));
  const rows = rowsOf(picture);
  const isNew = (cells: readonly string[]) => before !== undefined && !known.has(cells.join('\t'));
  if (before !== undefined && rows.length === known.size && !rows.some(isNew)) return ['as before'];
  const marked = rows.map((cells) => [isNew(cells) ? '›' : '', ...cells]);
  const hasLicences = rows.some((cells) => cells[licenceColumn] !== '');
  const shown = [['', 'person', 'name', 'state', 'licence', 'groups'], ...marked].map((cells) =>
    hasLicences ? cells : cells.toSpliced(licenceColumn + 1, 1),
  );
  const [headings = [], ...lines] = shown;
  return formatTable(headings, lines).split('\n');
}

/** Of `rowsOf`. */
const licenceColumn = 3;

function callsTable(calls: PlayedStep['calls'] = {}): readonly string[] {
  const rows = toolNames.flatMap((tool) => {
    const of = calls[tool];
    return of === undefined ? [] : [[tool, String(of.reads), String(of.writes), String(of.mails)]];
  });
  return rows.length === 0 ? [] : formatTable(['tool', 'reads', 'writes', 'mails'], rows).split('\n');
}

function rowsOf({ people, invitations, groups }: Picture): readonly (readonly string[])[] {
  const members = Object.entries(people).map(([email, { name, state, licence, groups: of }]) => {
    return [email, name, state, licence ?? '', list(of)];
  });
  const open = Object.entries(invitations).flatMap(([email, sent]) =>
    sent.map((each) => [email, '', 'invited', each.licence, list(each.groups)]),
  );
  return [...members, ...open, ['(all groups)', '', '', '', list(groups)]];
}

function list(names: readonly string[]): string {
  return names.length === 0 ? '-' : names.join(', ');
}

/** What held shares a line; what did not says why. */
function formatChecks(checks: readonly Check[], paint: Paint): readonly string[] {
  const good = checks.filter(held).map(({ claim }) => claim);
  const bad = checks.filter((check) => !held(check));
  return [
    ...(good.length === 0 ? [] : [`    ${paint('green', '✓')} ${good.join('; ')}`]),
    ...bad.flatMap(({ claim, differences }) => [
      `    ${paint('red', `✗ ${claim}`)}`,
      ...differences.map(({ at, expected, actual }) => `        ${at}: expected ${expected}, found ${actual}`),
    ]),
  ];
}

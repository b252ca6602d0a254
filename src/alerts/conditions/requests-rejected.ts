import type { AlertCondition } from '../../model/alert.js';
import { groupBy } from '../../model/group-by.js';
import type { Rejections } from '../../store/alerts-rejections.js';
import { counted } from './words.js';

/** So many within an hour are no accident. */
export const manyRejections = 10;
/** Anybody who finds the address can be refused for want of a token: more of those are needed to mean something. */
export const manyUnauthorized = 30;

const shown = 3;

/** Directories whose identity provider is refused again and again, from what was refused within the last hour. */
export function requestsRejected(lastHour: readonly Rejections[]): AlertCondition[] {
  const byDirectory = groupBy(lastHour, ({ directory }) => directory);
  return [...byDirectory].flatMap(([directory, all]) => [
    ...refusedRequests(
      directory,
      all.filter(({ kind }) => kind === 'request'),
    ),
    ...refusedCredentials(
      directory,
      all.filter(({ kind }) => kind === 'unauthorized'),
    ),
  ]);
}

function refusedRequests(directory: string, all: readonly Rejections[]): AlertCondition[] {
  const total = sum(all);
  if (total < manyRejections) return [];
  const examples = all
    .slice(0, shown)
    .map(({ what, count, detail }) => `${what}, ${count} times${detail === null ? '' : `: ${detail}`}`);
  return [
    {
      key: `requests-rejected:${directory}`,
      kind: 'requests-rejected',
      severity: 'warning',
      subject: { directory },
      since: Math.min(...all.map(({ firstAt }) => firstAt)),
      words: {
        title: `directory ${directory}: ${counted(total, 'request')} of its identity provider refused within an hour`,
        reason: examples.join(' | '),
        action:
          'See the provisioning log of the identity provider for the same errors; usually an attribute mapping or an assignment is wrong.',
      },
    },
  ];
}

function refusedCredentials(directory: string, all: readonly Rejections[]): AlertCondition[] {
  const total = sum(all);
  if (total < manyUnauthorized) return [];
  return [
    {
      key: `requests-rejected:${directory}:unauthorized`,
      kind: 'requests-rejected',
      severity: 'warning',
      subject: { directory },
      since: Math.min(...all.map(({ firstAt }) => firstAt)),
      words: {
        title: `directory ${directory}: ${counted(total, 'request')} without a valid token within an hour`,
        reason: 'Either its identity provider holds a token this directory does not know, or somebody is guessing.',
        action:
          'Test the connection in the identity provider. If it works, somebody else is trying: let only the identity provider reach this address.',
      },
    },
  ];
}

const sum = (all: readonly Rejections[]): number => all.reduce((total, { count }) => total + count, 0);

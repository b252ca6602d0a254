import { promisedMemberRatio } from './goals.mjs';

const number = (value, digits = 0) =>
  value === undefined || Number.isNaN(value)
    ? ''
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const percent = (value) => (value === undefined ? '' : `${Math.round(value * 100)} %`);

/** The results as one object: what `--json` prints. */
export function reportOf({ rows, facts, memberChanges }) {
  const keyOf = ({ section, name }) => `${section}: ${name}`;
  const peers = new Map(rows.filter((row) => row.peer).map((row) => [keyOf(row), row]));
  const ours = rows
    .filter((row) => !row.peer)
    .map((row) => {
      const peer = peers.get(keyOf(row));
      const ofPeer = peer === undefined ? {} : { ofPeer: row.requestsPerSecond / peer.requestsPerSecond };
      const { requestsPerSecond, cpuUs, express } = row;
      const byCpu = cpuUs === undefined ? {} : { ofExpressByCpu: express.cpuUs / cpuUs };
      return { ...row, ofExpress: requestsPerSecond / express.requestsPerSecond, ...byCpu, ...ofPeer };
    });
  return {
    node: process.version,
    rows: ours,
    peer: [...peers.values()],
    facts,
    memberRatio: spread(memberChanges.map((row) => row.cpuUs)),
    memberRateRatio: spread(memberChanges.map((row) => row.requestsPerSecond)),
    promisedMemberRatio,
    wrong: rows.filter((row) => !row.peer).reduce((sum, row) => sum + row.wrong, 0),
  };
}

/** How far apart the largest and the smallest are. */
const spread = (values) => (values.length === 0 ? 1 : Math.max(...values) / Math.min(...values));

export function tableOf(report) {
  const lines = [];
  const line = (...cells) =>
    lines.push(cells.map((cell, at) => (at === 0 ? cell.padEnd(44) : cell.padStart(widths[at]))).join(''));
  let section;
  for (const row of report.rows) {
    if (row.section !== section) {
      section = row.section;
      lines.push('', section);
      line(
        '',
        'req/s',
        'p50 ms',
        'p99 ms',
        'blocked ms',
        'CPU us',
        'by CPU',
        'of Express',
        'goal',
        'of scimmy',
        'wrong',
      );
    }
    line(
      row.name,
      number(row.requestsPerSecond, row.requestsPerSecond < 10 ? 1 : 0),
      number(row.p50, 1),
      number(row.p99, 1),
      number(row.blockedMs, 0),
      number(row.cpuUs, 0),
      percent(row.ofExpressByCpu),
      percent(row.ofExpress),
      goalOf(row.goal),
      row.ofPeer === undefined ? '' : `${number(row.ofPeer, 1)} x`,
      number(row.wrong),
    );
    if (row.firstWrong !== undefined) lines.push(`    wrong: ${row.firstWrong}`);
  }
  lines.push('', 'other');
  for (const { name, value, unit, goal } of report.facts) {
    const wanted = goal?.megabytes ?? goal?.seconds;
    line(
      name,
      `${number(value, unit === 's' ? 2 : 0)} ${unit}`,
      '',
      '',
      '',
      '',
      '',
      '',
      wanted === undefined ? '' : `${wanted} ${unit}`,
      '',
      '',
    );
  }
  lines.push(
    '',
    `One member, dearest to cheapest group size: processor time ${number(report.memberRatio, 2)} (at most ${promisedMemberRatio}), ` +
      `rate ${number(report.memberRateRatio, 2)}`,
  );
  return lines.join('\n');
}

const widths = [44, 10, 9, 9, 12, 9, 9, 12, 8, 11, 7];

function goalOf(goal) {
  if (goal === undefined) return '';
  if (goal.share !== undefined) return percent(goal.share);
  return goal.seconds === undefined ? '' : `${goal.seconds} s`;
}

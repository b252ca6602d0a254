/**
 * Prints which rule of the conformance suite holds for which kind of target, as Markdown, from Jest's own report:
 *
 *   npm test -- test/targets --json --outputFile=reports/jest.json; node scripts/conformance-table.mjs reports/jest.json
 *
 * A cell is `yes`, `FAILED`, or the capability without which the case cannot be shown. The script fails when a case
 * failed, and when no suite was in the report.
 */
import { readFileSync } from 'node:fs';

const suite = 'conformance: ';
const [report = 'reports/jest.json'] = process.argv.slice(2);

const cells = readCells(JSON.parse(readFileSync(report, 'utf8')));
const subjects = [...new Set(cells.map(({ subject }) => subject))].sort();
const sections = Map.groupBy === undefined ? groupBy(cells) : Map.groupBy(cells, ({ section }) => section);

console.log('# Conformance\n');
subjects.forEach((subject, index) => console.log(`${index + 1}. ${subject}${summaryOf(subject)}`));
for (const [section, inSection] of sections) console.log(`\n## ${section}\n\n${table(inSection)}`);

const failed = cells.filter(({ result }) => result === 'FAILED').length;
console.log(`\n${cells.length - failed} of ${cells.length} as they should be, ${subjects.length} kinds of target`);
process.exitCode = failed > 0 || subjects.length === 0 ? 1 : 0;

function readCells({ testResults }) {
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ ancestorTitles, title, status }) => {
      const at = ancestorTitles.findIndex((each) => each.startsWith(suite));
      if (at < 0) return [];
      const [section, ...within] = ancestorTitles.slice(at + 1);
      const [, name, missing] = /^(.*?)(?: \(skipped: (.*)\))?$/s.exec(title) ?? [];
      return [
        {
          subject: ancestorTitles[at].slice(suite.length),
          section: section ?? 'other',
          name: [...within, name].join(': '),
          result: resultOf(status, missing),
        },
      ];
    });
}

function resultOf(status, missing) {
  if (status === 'passed') return 'yes';
  return status === 'pending' ? `– ${missing ?? 'skipped'}` : 'FAILED';
}

function summaryOf(subject) {
  const own = cells.filter((each) => each.subject === subject);
  const count = (wanted) => own.filter(({ result }) => wanted(result)).length;
  const parts = [
    `${count((result) => result === 'yes')} hold`,
    `${count((result) => result.startsWith('–'))} do not apply`,
    `${count((result) => result === 'FAILED')} failed`,
  ];
  return `: ${parts.join(', ')}`;
}

function table(inSection) {
  const names = [...new Set(inSection.map(({ name }) => name))];
  const results = new Map(inSection.map(({ subject, name, result }) => [`${subject}\n${name}`, result]));
  const rows = names.map((name) => [name, ...subjects.map((subject) => results.get(`${subject}\n${name}`) ?? '')]);
  const head = ['case', ...subjects.map((_, index) => String(index + 1))];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** `Map.groupBy`, which Node 20 does not have. */
function groupBy(all) {
  const groups = new Map();
  for (const each of all) groups.set(each.section, [...(groups.get(each.section) ?? []), each]);
  return groups;
}

import { Connection } from './connection.mjs';

/**
 * Keeps `connections` busy for a time, each sending its next request when the last is answered.
 *
 * `next` makes a request: `{ method, path, body, check }`. `check(status, body)` says whether the answer is right; all
 * answers are checked, and wrong ones counted.
 *
 * @returns requests a second, latencies in milliseconds, and the wrong answers.
 */
export async function measure({ url, headers, connections, seconds, next }) {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url, headers)));
  const latencies = [];
  const wrong = [];
  const begun = performance.now();
  const until = begun + seconds * 1000;

  const lane = async (connection) => {
    while (performance.now() < until) {
      const request = next();
      if (request === undefined) return;
      const start = performance.now();
      const { status, body } = await connection.send(request);
      const end = performance.now();
      latencies.push(end - start);
      if (!request.check(status, body))
        wrong.push(`${request.method} ${request.path}: ${status} ${body.subarray(0, 300)}`);
      if (status === 0) return;
    }
  };
  await Promise.all(open.map(lane));
  const elapsed = performance.now() - begun;
  for (const connection of open) connection.close();
  return summary(latencies, elapsed, wrong);
}

function summary(latencies, elapsed, wrong) {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share) =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(2));
  return {
    requests: sorted.length,
    requestsPerSecond: (sorted.length / elapsed) * 1000,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    wrong: wrong.length,
    firstWrong: wrong[0],
  };
}

/** Adds up several measurements of the same thing. */
export function joined(parts) {
  const sum = (pick) => parts.reduce((total, part) => total + pick(part), 0);
  return {
    requests: sum((part) => part.requests),
    requestsPerSecond: sum((part) => part.requestsPerSecond) / parts.length,
    p50: Math.max(...parts.map((part) => part.p50)),
    p99: Math.max(...parts.map((part) => part.p99)),
    max: Math.max(...parts.map((part) => part.max)),
    cpuUs: sum((part) => part.cpuUs) / parts.length,
    blockedMs: Math.max(...parts.map((part) => part.blockedMs)),
    wrong: sum((part) => part.wrong),
    firstWrong: parts.find((part) => part.firstWrong !== undefined)?.firstWrong,
  };
}

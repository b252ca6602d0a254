/**
 * What each row is meant to reach: `share` of bare Express in the same run, at most `p99` milliseconds, `seconds`,
 * `megabytes`. They belong to a machine with two cores that nobody else uses.
 */
export const goals = {
  get: { share: 0.6 },
  filter: { share: 0.6 },
  page: { share: 0.3 },
  patchActive: { share: 0.5 },
  put: { share: 0.45 },
  create: { share: 0.4 },
  member: { share: 0.4, p99: 15 },
  entraCycle: { seconds: 20 },
  start: { seconds: 2 },
  memory10k: { megabytes: 200 },
  memory100k: { megabytes: 400 },
};

/**
 * How much more processor time a member change may take in one group size than in another: a promise, so missing it fails
 * the run. Rates are not judged: what else the machine does moves them by more than this.
 */
export const promisedMemberRatio = 1.5;

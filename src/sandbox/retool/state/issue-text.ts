import type { z } from 'zod';

/** One thing wrong with a document, as the vendor words it; no client may branch on it. */
export function issueText(issue: z.core.$ZodIssue): string {
  const field = issue.path.join('.');
  switch (issue.code) {
    case 'unrecognized_keys':
      return `Unrecognized key(s) in object: ${issue.keys.map((each) => `'${each}'`).join(', ')}`;
    case 'invalid_format':
      return `Invalid ${issue.format} type for body parameter: ${field}`;
    case 'invalid_type':
      return issue.input === undefined
        ? `Missing required body parameter: ${field}`
        : `Invalid ${issue.expected} type for body parameter: ${field}`;
    case 'too_small':
      return `String must contain at least ${String(issue.minimum)} character(s): ${field}`;
    case 'too_big':
      return `String must contain at most ${String(issue.maximum)} character(s): ${field}`;
    default:
      return `Invalid value for body parameter: ${field}`;
  }
}

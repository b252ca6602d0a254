import { difference, isObject, missing, type Check, type Difference } from './check.js';
import type { ScimAnswer } from './scim-caller.js';
import type { AnswerRule } from './step.js';

/** Whether an answer lets the identity provider go on: what the step asks for, and what every answer must have. */
export function checkAnswer(answer: ScimAnswer, rule: AnswerRule): Check {
  return {
    claim: 'the answer is as it must be',
    differences: [
      ...statusDifferences(answer, rule),
      ...(rule.body === undefined ? [] : missing(rule.body, answer.body, 'body')),
      ...bodyDifferences(answer),
      ...(answer.status === 201 ? creationDifferences(answer) : []),
    ],
  };
}

function statusDifferences({ status }: ScimAnswer, rule: AnswerRule): readonly Difference[] {
  return rule.status.includes(status) ? [] : [difference('status', rule.status.join(' or '), String(status))];
}

/** RFC 7644 §3.1: bodies are `application/scim+json`. §3.2: 204 has none. */
function bodyDifferences({ status, contentType, body }: ScimAnswer): readonly Difference[] {
  if (status === 204) return body === undefined ? [] : [difference('body', undefined, body)];
  const [type = ''] = contentType.split(';');
  return type === 'application/scim+json' ? [] : [difference('content type', 'application/scim+json', contentType)];
}

/** RFC 7644 §3.3: where the new resource is, said twice alike. Without an `id` identity providers lose what they made. */
function creationDifferences({ location, body }: ScimAnswer): readonly Difference[] {
  const { id, meta } = isObject(body) ? body : {};
  const said = isObject(meta) ? meta['location'] : undefined;
  return [
    ...(typeof id === 'string' && id !== '' ? [] : [difference('body › id', 'an id', id)]),
    ...(location !== undefined && location === said ? [] : [difference('Location', said ?? 'meta.location', location)]),
  ];
}

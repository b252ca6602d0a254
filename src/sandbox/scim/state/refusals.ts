import { Refusal } from '../../kit/refusal.js';

/** RFC 7644 §3.12, table 9. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** A refusal that says of which kind it is. */
export class ScimRefusal extends Refusal {
  readonly scimType: ScimType;

  constructor(status: number, scimType: ScimType, message: string) {
    super(status, message);
    this.scimType = scimType;
  }
}

export function bad(scimType: ScimType, message: string): ScimRefusal {
  return new ScimRefusal(400, scimType, message);
}

export function taken(attribute: string, value: string): ScimRefusal {
  return new ScimRefusal(409, 'uniqueness', `${attribute} "${value}" is taken.`);
}

export function notFound(kind: string, id: string): Refusal {
  return new Refusal(404, `${kind} ${id} not found.`);
}

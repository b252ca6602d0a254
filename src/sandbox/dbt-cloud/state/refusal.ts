/** The vendor's "no": becomes an error envelope with this status and message. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The vendor does not tell "absent" from "not allowed"; neither does this. */
export function notFound(): Refusal {
  return new Refusal(404, 'Not found; check that you have the proper permissions.');
}

export function invalid(message: string): Refusal {
  return new Refusal(400, message);
}

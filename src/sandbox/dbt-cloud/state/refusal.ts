import { Refusal } from '../../kit/refusal.js';

/** The vendor does not tell "absent" from "not allowed"; neither does this. */
export function notFound(): Refusal {
  return new Refusal(404, 'Not found; check that you have the proper permissions.');
}

export function invalid(message: string): Refusal {
  return new Refusal(400, message);
}

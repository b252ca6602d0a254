import { isObject } from './check.js';
import type { Known } from './step.js';

/** What an identity provider keeps of the answers it got. */
export class Memory implements Known {
  readonly #resources = new Map<string, Readonly<Record<string, unknown>>>();

  /** Keeps the resource of an answer, or the first one it lists; an answer without any leaves things as they are. */
  keep(name: string, body: unknown): void {
    const listed = isObject(body) && Array.isArray(body['Resources']) ? (body['Resources'][0] as unknown) : body;
    if (isObject(listed) && typeof listed['id'] === 'string') this.#resources.set(name, listed);
  }

  has(name: string): boolean {
    return this.#resources.has(name);
  }

  id(name: string): string {
    return String(this.resource(name)['id']);
  }

  resource(name: string): Readonly<Record<string, unknown>> {
    const found = this.#resources.get(name);
    if (found === undefined) throw new Error(`there is no id for ${name}: creating it did not work`);
    return found;
  }
}

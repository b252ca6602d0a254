import type { FaultedRequest } from './fault.js';

/** Something to do to the fake's data right before a request is carried out; true when it is done for good. */
export type Hook = (request: FaultedRequest) => boolean;

/** Edits that happen at an awkward moment: between two pages, or between a read and the write computed from it. */
export class Hooks {
  #hooks: Hook[] = [];

  add(hook: Hook): void {
    this.#hooks.push(hook);
  }

  run(request: FaultedRequest): void {
    this.#hooks = this.#hooks.filter((hook) => !hook(request));
  }

  clear(): void {
    this.#hooks = [];
  }
}

import type { Response } from 'express';

/** A signal that is aborted when whoever asked hangs up: nobody would read the answer. */
export function untilClosed(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    controller.abort();
  });
  return controller.signal;
}

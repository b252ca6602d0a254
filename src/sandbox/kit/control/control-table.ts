import type { z } from 'zod';

/** What `GET /_control/<path>` shows: anything that is JSON. */
export type ControlViews<Control> = Readonly<Record<string, (control: Control, query: URLSearchParams) => unknown>>;

/** One thing the control does over HTTP. `run` may answer with JSON; nothing means done. */
export interface ControlCommand<Control, Input> {
  readonly schema: z.ZodType<Input>;
  readonly run: (control: Control, input: Input) => unknown;
}

/** What `POST /_control/<path>` does. */
export type ControlCommands<Control> = Readonly<Record<string, ControlCommand<Control, unknown>>>;

/** Ties a schema to the function it feeds, then forgets the type so that commands fit in one table. */
export function command<Control, Input>(
  schema: z.ZodType<Input>,
  run: ControlCommand<Control, Input>['run'],
): ControlCommand<Control, unknown> {
  return { schema, run: (control, input) => run(control, input as Input) };
}

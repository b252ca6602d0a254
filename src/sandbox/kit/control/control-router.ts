import express, { Router } from 'express';
import type { ErrorRequestHandler, Response } from 'express';
import { parseBody } from '../parse-body.js';
import { Refusal } from '../refusal.js';
import type { ControlCommands, ControlViews } from './control-table.js';

/** The control over HTTP, for curl and for tests in other processes: `GET` shows, `POST` does. Nothing is protected. */
export function controlRouter<Control>(
  control: Control,
  { views, commands }: { readonly views: ControlViews<Control>; readonly commands: ControlCommands<Control> },
): Router {
  const router = Router();
  router.use(express.json({ limit: '10mb' }));
  for (const [path, view] of Object.entries(views)) {
    router.get(path, (req, res) => {
      const shown = view(control, new URL(req.originalUrl, 'http://localhost').searchParams);
      // For eyes as much as for programs: indented, and ending in a line break.
      res.type('json').send(`${JSON.stringify(shown, null, 2)}\n`);
    });
  }
  for (const [path, { schema, run }] of Object.entries(commands)) {
    router.post(path, (req, res) => {
      res.json(run(control, parseBody(schema, (req.body as unknown) ?? {})) ?? { done: true });
    });
  }
  router.use((_req, res) => {
    refuse(res, 404, 'No such control.');
  });
  router.use(onError);
  return router;
}

const onError: ErrorRequestHandler = (error: unknown, _req, res: Response, next) => {
  if (error instanceof Refusal) refuse(res, error.status, error.message);
  else if (error instanceof SyntaxError) refuse(res, 400, 'The body is not JSON.');
  else next(error);
};

function refuse(res: Response, status: number, error: string): void {
  res.status(status).json({ error });
}

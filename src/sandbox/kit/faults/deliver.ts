import type { Response } from 'express';
import type { Reply } from '../reply.js';
import type { Words } from '../words.js';
import { htmlReply } from './early-reply.js';
import type { Fault } from './fault.js';

/** Puts an answer on the wire, or what a fault leaves of it. */
export function deliver(res: Response, reply: Reply, fault: Fault | undefined, words: Words): void {
  switch (fault?.kind) {
    case 'commit-then-drop':
      res.socket?.destroy();
      return;
    case 'commit-then-html':
      send(res, htmlReply(502));
      return;
    case 'never-answers':
      return;
    case 'slow':
      sendSlowly(res, reply, fault.ms);
      return;
    case 'truncated':
      send(res, { ...reply, body: halfOf(reply) });
      return;
    case 'wrong-shape':
      send(res, { ...reply, body: words.wrongShape(reply) });
      return;
    default:
      send(res, reply);
  }
}

/** Cuts the connection with a TCP reset: the caller cannot know whether it was heard. */
export function reset(res: Response): void {
  res.socket?.resetAndDestroy();
}

function send(res: Response, reply: Reply): void {
  begin(res, reply).end(textOf(reply));
}

/** The first half at once, the rest later: headers arrive in time, the body does not. */
function sendSlowly(res: Response, reply: Reply, ms: number): void {
  const text = textOf(reply);
  begin(res, reply).write(halfOf(reply));
  const rest = setTimeout(() => res.end(text.slice(halfOf(reply).length)), ms);
  res.once('close', () => {
    clearTimeout(rest);
  });
}

function begin(res: Response, { status, headers }: Reply): Response {
  res.status(status);
  if (status !== 204) res.setHeader('content-type', 'application/json; charset=utf-8');
  for (const [name, value] of Object.entries(headers ?? {})) res.setHeader(name, value);
  return res;
}

function textOf({ body }: Reply): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function halfOf(reply: Reply): string {
  const text = textOf(reply);
  return text.slice(0, Math.ceil(text.length / 2));
}

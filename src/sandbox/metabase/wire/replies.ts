import type { Reply } from '../../kit/reply.js';

/** Every success with a body is a 200, creations included. */
export function ok(body: unknown): Reply {
  return { status: 200, body };
}

export function noContent(): Reply {
  return { status: 204, body: undefined };
}

/** What any path outside `/api` answers: the page of the single-page app, whatever was asked. */
export function appPage(): Reply {
  const body =
    '<!DOCTYPE html><html lang="en"><head><title>Metabase</title></head><body><div id="root"></div></body></html>';
  return { status: 200, body, headers: { 'content-type': 'text/html; charset=utf-8' } };
}

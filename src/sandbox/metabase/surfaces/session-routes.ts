import { login } from '../state/sessions.js';
import { notFound } from '../state/refusal.js';
import { nameField } from '../wire/fields.js';
import { readFields } from '../wire/read-fields.js';
import { noContent, ok } from '../wire/replies.js';
import type { Routes } from '../wire/route.js';

export const sessionRoutes: Routes = {
  'POST /api/session': ({ site, body }) => {
    const { username, password } = readFields({ username: nameField, password: nameField }, body, site.rules);
    return ok({ id: login(site, username, password) });
  },

  /** Logs out. A key has no session to end. */
  'DELETE /api/session': ({ site, sessionId }) => {
    if (sessionId === undefined || !site.data.sessions.delete(sessionId)) throw notFound();
    return noContent();
  },
};

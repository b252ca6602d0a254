import type { MetabaseCore } from '../metabase-core.js';
import type { NewApiKey } from '../state/api-keys.js';
import { addKey, removeKey } from '../state/api-keys.js';
import { findUser } from '../state/find-user.js';
import { administratorsId } from '../state/magic-groups.js';
import type { ApiKey } from '../state/records.js';
import { notFound } from '../state/refusal.js';
import { openSession } from '../state/sessions.js';

/** Other credentials of the same instance, and the end of any. */
export interface KeyEdits {
  /** Returns the key callers send. Default group: Administrators. */
  add(key: Omit<NewApiKey, 'groupId'> & { readonly groupId?: number | undefined }): string;
  /** By name. */
  delete(name: string): void;
  /** The hidden user of a key, by the key's name. */
  userId(name: string): number;
  /** A session as a login of any kind makes it, by e-mail address. */
  session(email: string): string;
  endSession(id: string): void;
}

export function keyEdits(core: MetabaseCore): KeyEdits {
  const { site } = core;
  const named = (name: string): ApiKey => {
    const key = [...site.data.keys.values()].find((each) => each.name === name);
    if (key === undefined) throw notFound();
    return key;
  };
  return {
    add: ({ groupId = administratorsId, ...key }) =>
      core.change(undefined, () => addKey(site, { ...key, groupId }).key),
    delete: (name) => {
      core.change(undefined, () => {
        removeKey(site, named(name));
      });
    },
    userId: (name) => named(name).userId,
    session: (email) => {
      const user = findUser(site, email);
      if (user === undefined) throw notFound();
      return openSession(site, user);
    },
    endSession: (id) => {
      site.data.sessions.delete(id);
    },
  };
}

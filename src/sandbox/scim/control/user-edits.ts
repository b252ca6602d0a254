import type { Document } from '../schema/document.js';
import { isObject, withAttribute } from '../schema/document.js';
import type { ScimCore } from '../scim-core.js';
import type { Directory, Resource } from '../state/directory.js';
import { notFound } from '../state/refusals.js';
import { addUser, changeUser, removeUser, userNamed } from '../state/users.js';

/** A user by id or by user name. */
export type UserRef = string;

export interface AddedUser {
  readonly userName: string;
  readonly givenName?: string | undefined;
  readonly familyName?: string | undefined;
  readonly externalId?: string | undefined;
  readonly active?: boolean | undefined;
  /** Default: the user name, as the primary one. An empty list is somebody without any. */
  readonly emails?: readonly Document[] | undefined;
  /** More attributes, by their exact names. */
  readonly attributes?: Document | undefined;
}

/** What somebody else does to users of the server. Everything throws `Refusal` as the API would. */
export interface UserEdits {
  /** Somebody nobody provisioned; returns the user id. */
  add(user: AddedUser): string;
  deactivate(who: UserRef): void;
  activate(who: UserRef): void;
  rename(who: UserRef, names: { givenName?: string | undefined; familyName?: string | undefined }): void;
  /** Sets attributes by their exact names; null takes one away. */
  setAttributes(who: UserRef, attributes: Document): void;
  delete(who: UserRef): void;
}

export function userEdits(core: ScimCore): UserEdits {
  const { dir } = core;
  const edit = (who: UserRef, change: (document: Document) => Document) => {
    core.change(undefined, () => {
      const user = findUser(dir, who);
      changeUser(dir, user, change(user.document));
    });
  };
  return {
    add: (user) => core.change(undefined, () => addUser(dir, documentOf(user)).id),
    deactivate: (who) => {
      edit(who, (document) => ({ ...document, active: false }));
    },
    activate: (who) => {
      edit(who, (document) => ({ ...document, active: true }));
    },
    rename: (who, { givenName, familyName }) => {
      edit(who, (document) => {
        const name = isObject(document['name']) ? document['name'] : {};
        return {
          ...document,
          name: { ...name, ...given({ givenName, familyName }) },
        };
      });
    },
    setAttributes: (who, attributes) => {
      edit(who, (document) =>
        Object.entries(attributes).reduce((held, [name, value]) => withAttribute(held, name, value), document),
      );
    },
    delete: (who) => {
      core.change(undefined, () => {
        removeUser(dir, findUser(dir, who));
      });
    },
  };
}

/** @throws {Refusal} 404 */
export function findUser(dir: Directory, who: UserRef): Resource {
  const user = dir.data.users.get(who) ?? userNamed(dir, who);
  if (user === undefined) throw notFound('User', who);
  return user;
}

function documentOf(user: AddedUser): Document {
  const { userName, externalId, active, givenName = 'Foreign', familyName = 'Member', attributes = {} } = user;
  const emails = user.emails ?? [{ value: userName, type: 'work', primary: true }];
  const name = { givenName, familyName };
  const document: Document = { userName, name, ...given({ externalId, active }), ...attributes };
  return withAttribute(document, 'emails', emails);
}

function given(values: Document): Document {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

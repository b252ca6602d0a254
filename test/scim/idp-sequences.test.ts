import SCIMMY from 'scimmy';
import type { Response } from 'supertest';
import { authentik } from '../fixtures/idp/authentik.js';
import { entraFlag } from '../fixtures/idp/entra-flag.js';
import { entra } from '../fixtures/idp/entra.js';
import type { IdpFixture, IdpStep } from '../fixtures/idp/idp-fixture.js';
import { jumpcloud } from '../fixtures/idp/jumpcloud.js';
import { keycloak } from '../fixtures/idp/keycloak.js';
import { oktaAiw } from '../fixtures/idp/okta-aiw.js';
import { oktaOin } from '../fixtures/idp/okta-oin.js';
import { onelogin } from '../fixtures/idp/onelogin.js';
import { pingone } from '../fixtures/idp/pingone.js';
import { groupUrn, scimApp, stored, takeDue, token, userUrn, type ScimApp } from './scim-app.js';

const fixtures = [oktaOin, oktaAiw, entra, entraFlag, authentik, keycloak, onelogin, jumpcloud, pingone];

let app: ScimApp;
beforeEach(async () => {
  app = await scimApp();
});
afterEach(() => app.close());

test.each(fixtures.map((fixture) => ({ name: fixture.name, fixture })))(
  '$name: every step is answered and stored as it must be, and nothing else changes',
  async ({ fixture }) => {
    const replay = new Replay(fixture);
    for (const step of fixture.steps) await replay.take(step);
  },
);

/** Takes a fixture's steps one by one, comparing the whole store after each with what it must hold by then. */
class Replay {
  readonly #fixture: IdpFixture;
  readonly #ids = new Map<string, string>();
  readonly #users = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #groups = new Map<string, readonly string[]>();
  #audited = 0;

  constructor(fixture: IdpFixture) {
    this.#fixture = fixture;
  }

  async take(step: IdpStep): Promise<void> {
    const { method, path, headers, body } = this.#withIds(step.send);
    const authorization = (this.#fixture.authorization ?? ((secret: string) => `Bearer ${secret}`))(token);
    const response = await app.send(method, path, {
      ...(body === undefined ? {} : { body }),
      headers: { ...this.#fixture.headers, ...headers, Authorization: authorization },
    });

    const expected = this.#withIds(step.answer);
    expect({ step: step.does, status: response.status, body: response.body as unknown }).toMatchObject({
      step: step.does,
      ...expected,
    });
    expectScimAnswer(response);
    if (step.remember !== undefined) this.#ids.set(step.remember, idIn(response.body));
    await this.#compareStore(step);
  }

  async #compareStore({ does, store = {} }: IdpStep): Promise<void> {
    apply(this.#users, this.#withIds(store.users ?? {}), (before, after) => ({ ...before, ...after }));
    apply(this.#groups, store.groups ?? {}, (_before, after) => after);
    const found = await stored(app.store);

    expect({ does, users: Object.keys(found.users) }).toEqual({ does, users: [...this.#users.keys()] });
    expect({ does, users: found.users }).toMatchObject({ does, users: Object.fromEntries(this.#users) });
    expect({ does, groups: found.groups }).toEqual({ does, groups: Object.fromEntries(this.#groups) });
    expect({ does, due: await takeDue(app.store) }).toEqual({ does, due: [...(store.due ?? [])].sort() });
    expect({ does, audit: await this.#newAuditActions() }).toEqual({ does, audit: store.audit ?? [] });
    expect(JSON.stringify(found)).not.toMatch(/password|pL4ceh0lder|n3w-s3cret/);
  }

  async #newAuditActions(): Promise<string[]> {
    const rows = await app.store.db
      .selectFrom('audit')
      .select(['seq', 'action', 'actor'])
      .where('seq', '>', this.#audited)
      .orderBy('seq')
      .execute();
    this.#audited = rows.at(-1)?.seq ?? this.#audited;
    expect(rows.every(({ actor }) => actor === 'okta')).toBe(true);
    return rows.map(({ action }) => action);
  }

  /** Puts remembered ids in place of `{name}`, in texts at any depth; asymmetric matchers pass as they are. */
  #withIds<T>(value: T): T {
    if (typeof value === 'string') {
      return value.replace(/\{(\w+)\}/g, (text, name: string) => this.#ids.get(name) ?? text) as T;
    }
    if (Array.isArray(value)) return value.map((each: unknown) => this.#withIds(each)) as T;
    if (typeof value !== 'object' || value === null) return value;
    if ('asymmetricMatch' in value) {
      const matcher = value as { sample?: unknown };
      if (typeof matcher.sample === 'object') matcher.sample = this.#withIds(matcher.sample);
      return value;
    }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.#withIds(each)])) as T;
  }
}

function apply<V>(
  state: Map<string, V>,
  changes: Readonly<Record<string, V | null>>,
  merge: (before: V | undefined, after: V) => V,
): void {
  for (const [name, change] of Object.entries(changes)) {
    if (change === null) state.delete(name);
    else state.set(name, merge(state.get(name), change));
  }
}

function idIn(body: unknown): string {
  const { id, Resources } = body as { id?: string; Resources?: { id: string }[] };
  const found = id ?? Resources?.[0]?.id;
  if (found === undefined) throw new Error('no id in the answer');
  return found;
}

/** What holds for every answer: media type, no secret, and documents the schema library accepts as outbound. */
function expectScimAnswer(response: Response): void {
  if (response.status === 204) {
    expect(response.text).toBe('');
    return;
  }
  expect(response.headers['content-type']).toMatch(/^application\/scim\+json/);
  expect(response.text).not.toMatch(/"password":|pL4ceh0lder|n3w-s3cret/);
  const { Resources } = response.body as { Resources?: object[] };
  for (const document of Resources ?? [response.body as object]) expectValidDocument(document);
}

function expectValidDocument(document: object): void {
  const { schemas } = document as { schemas: string[] };
  if (!('userName' in document) && !('displayName' in document)) return; // an error, discovery, or a projection
  if (schemas.includes(userUrn))
    expect(new SCIMMY.Schemas.User(document, 'out')).toMatchObject({ id: expect.any(String) });
  if (schemas.includes(groupUrn))
    expect(new SCIMMY.Schemas.Group(document, 'out')).toMatchObject({ id: expect.any(String) });
}

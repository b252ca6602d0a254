import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { auditHash } from '../../src/store/audit.js';
import { openStore } from '../../src/store/store.js';
import { groupId, newUser, otherToken, scimApp, stored, takeDue, userId, type ScimApp } from './scim-app.js';

describe('many at once', () => {
  let app: ScimApp;
  beforeEach(async () => {
    app = await scimApp();
  });
  afterEach(() => app.close());

  const times = <T>(count: number, make: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, index) => make(index)));
  const countOf = (statuses: readonly number[]) =>
    Object.fromEntries(
      [...new Set(statuses)].map((each) => [each, statuses.filter((status) => status === each).length]),
    );

  test('200 creates of one userName, in any case: one 201, the others 409', async () => {
    const spellings = ['ann@acme.test', 'ANN@acme.test', 'Ann@Acme.Test'];
    const answers = await times(200, (index) => app.post('/Users', newUser(spellings[index % 3] ?? '')));
    expect(countOf(answers.map(({ status }) => status))).toEqual({ 201: 1, 409: 199 });
    expect(Object.keys((await stored(app.store)).users)).toHaveLength(1);
    expect(await takeDue(app.store)).toHaveLength(1);
  });

  test('quirk 60: 100 single-member adds to one group: none lost', async () => {
    const ids = await times(100, (index) => userId(app, `user-${index}`));
    const data = await groupId(app, 'Data');
    await takeDue(app.store);

    const answers = await times(100, (index) =>
      app.patch(`/Groups/${data}`, [{ op: 'add', path: 'members', value: [{ value: ids[index] }] }]),
    );

    expect(countOf(answers.map(({ status }) => status))).toEqual({ 204: 100 });
    expect((await stored(app.store)).groups['Data']).toHaveLength(100);
    expect(await takeDue(app.store)).toHaveLength(100);
    expect((await app.get(`/Groups/${data}`)).body).toMatchObject({ meta: { version: 'W/"101"' } });
  });

  test('adds and removes of different members at once each do their own', async () => {
    const ids = await times(40, (index) => userId(app, `user-${index}`));
    const data = await groupId(app, 'Data', ids.slice(0, 20));
    await times(40, (index) =>
      app.patch(`/Groups/${data}`, [
        index < 20
          ? { op: 'remove', path: `members[value eq "${ids[index]}"]` }
          : { op: 'add', path: 'members', value: [{ value: ids[index] }] },
      ]),
    );
    const members = (await stored(app.store)).groups['Data'] ?? [];
    expect([...members].sort()).toEqual(Array.from({ length: 20 }, (_, index) => `user-${index + 20}`).sort());
  });

  test('110: PATCHes of different attributes of one user: none lost', async () => {
    const ann = await userId(app, 'ann');
    const attributes = ['title', 'nickName', 'locale', 'timezone', 'userType', 'preferredLanguage', 'displayName'];
    await times(70, (index) =>
      app.patch(`/Users/${ann}`, [
        { op: 'replace', path: attributes[index % 7] ?? '', value: `v${Math.floor(index / 7)}` },
      ]),
    );
    expect(Object.keys((await stored(app.store)).users['ann'] ?? {}).sort()).toEqual(
      [...attributes, 'active', 'userName'].sort(),
    );
  });

  test('two directories at once do not meet', async () => {
    await times(60, (index) =>
      index % 2 === 0
        ? app.post('/scim/acme/v2/Users', newUser(`user-${index}`))
        : app.post('/scim/other/v2/Users', newUser(`user-${index}`), { token: otherToken }),
    );
    const [acme, other] = [await stored(app.store, 'acme'), await stored(app.store, 'other')];
    expect(Object.keys(acme.users).every((name) => Number(name.slice(5)) % 2 === 0)).toBe(true);
    expect([Object.keys(acme.users), Object.keys(other.users)].map(({ length }) => length)).toEqual([30, 30]);
  });

  test('the audit chain of a directory stays whole under all of this', async () => {
    await times(50, (index) => app.post('/Users', newUser(`user-${index}`)));
    const rows = await app.store.db
      .selectFrom('audit')
      .selectAll()
      .where('directory', '=', 'acme')
      .orderBy('seq')
      .execute();
    expect(rows).toHaveLength(50);
    let previous = '';
    for (const { seq, hash, ...row } of rows) {
      expect(seq).toBeGreaterThan(0);
      expect(row.previous_hash).toBe(previous);
      expect(hash).toBe(auditHash(row));
      previous = hash;
    }
  });
});

describe('a server that is killed', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-kill-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('an acknowledged write is there after kill -9, whole: resource, members, due key, audit', async () => {
    const file = path.join(folder, 'store.db');
    const acknowledged = await writeUntilKilled(file, 50);

    const store = await openStore(`sqlite:${file}`, new Map([['acme', ['dbt']]]));
    const users = await store.db.selectFrom('scim_user').select(['id', 'seq']).execute();
    const members = await store.db.selectFrom('scim_member').select('user_seq').execute();
    const due = await store.db.selectFrom('due').select('key').where('kind', '=', 'account').execute();
    const audit = await store.db.selectFrom('audit').select('subject_id').where('action', '=', 'user.create').execute();
    await store.close();

    const ids = users.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(acknowledged.created));
    expect(due.map(({ key }) => key).sort()).toEqual([...ids].sort());
    expect(audit.map(({ subject_id }) => subject_id).sort()).toEqual([...ids].sort());
    const joined = users.filter(({ seq }) => members.some(({ user_seq }) => user_seq === seq)).map(({ id }) => id);
    expect(joined).toEqual(expect.arrayContaining(acknowledged.joined));
  });
});

interface Acknowledged {
  readonly created: string[];
  readonly joined: string[];
}

/** Runs a SCIM server in a process of its own, notes what it acknowledges, and kills it amid its work. */
async function writeUntilKilled(file: string, enough: number): Promise<Acknowledged> {
  const acknowledged: Acknowledged = { created: [], joined: [] };
  const child = fork(path.join(import.meta.dirname, 'write-until-killed.mjs'), [file], {
    execArgv: [], // jest's own flags are not for the child
  });
  child.on('message', (message: { created?: string; joined?: string }) => {
    if (message.created !== undefined) acknowledged.created.push(message.created);
    if (message.joined !== undefined) acknowledged.joined.push(message.joined);
    if (acknowledged.joined.length === enough) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.once('exit', resolve));
  expect(acknowledged.joined.length).toBeGreaterThanOrEqual(enough);
  return acknowledged;
}

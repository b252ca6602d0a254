import { sql } from 'kysely';
import { sqliteEngine } from '../../src/store/engine.js';
import { alerts } from '../../src/store/migrations/0004-alerts.js';
import { openStore } from '../../src/store/store.js';
import { readTargetState, saveTargetState } from '../../src/store/target-states.js';

test('a migration that was cut off runs again from its beginning, and loses nothing', async () => {
  const store = await openStore('sqlite::memory:', new Map([['acme', ['dbt']]]));
  await saveTargetState(store, 'dbt', { last_error: 'no', last_error_code: 'UNAUTHORIZED', failing_since: 5 });
  await sql`drop index due_given_up`.execute(store.db);
  await sql`drop table notification`.execute(store.db);
  await alerts(sqliteEngine).up(store.db);
  await alerts(sqliteEngine).up(store.db);
  expect(await store.db.selectFrom('notification').selectAll().execute()).toEqual([]);
  expect(await readTargetState(store, 'dbt')).toMatchObject({ last_error_code: 'UNAUTHORIZED', failing_since: 5 });
  await store.close();
});

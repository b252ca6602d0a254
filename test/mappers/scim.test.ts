import { mapScimAccount } from '../../src/mappers/scim.js';
import type { ScimUser } from '../../src/model/scim-user.js';
import { noLicence } from '../../src/model/account.js';
import { planAttributes } from '../../src/reconcile/plan-attributes.js';
import type { ObservedAccount } from '../../src/model/observation.js';
import { openStore } from '../../src/store/store.js';
import { createUser } from '../../src/store/scim-user-writes.js';
import { findUser, toScimUser } from '../../src/store/scim-users.js';
import { scimCapabilities, scimConfig } from '../targets/drawbridge-harness.js';

const config = scimConfig('https://x.example/scim/v2');
const person = (more: Partial<ScimUser> = {}): ScimUser => ({
  id: 'u1',
  directory: 'acme',
  userName: 'Ada@Acme.test',
  active: true,
  deleted: false,
  emails: [],
  ...more,
});
const accountOf = (user: ScimUser) => {
  const mapped = mapScimAccount(user, [], config);
  if (!mapped.ok) throw new Error(mapped.problem.message);
  return mapped.value;
};

test('people are found by their user name, whatever their address', () => {
  const account = accountOf(person({ userName: ' Ada ', emails: [{ value: 'ada@acme.test' }] }));
  expect(account).toMatchObject({ correlationKey: 'ada', email: 'ada@acme.test', licence: noLicence });
  expect(account.profile).toMatchObject({ userName: 'Ada', emails: 'ada@acme.test' });
});

test('nobody needs an address: the user name stands in, and no address is sent', () => {
  const account = accountOf(person({ userName: 'svc-loader' }));
  expect(account).toMatchObject({ email: 'svc-loader', correlationKey: 'svc-loader' });
  expect(account.profile).toEqual({ userName: 'svc-loader', externalId: 'u1' });
});

test('a user name that is an address is no e-mail address of theirs', () => {
  expect(accountOf(person()).profile).not.toHaveProperty('emails');
});

test('the directory’s own id goes along; ours stands in where it gave none', () => {
  expect(accountOf(person({ externalId: '00u1' })).profile).toMatchObject({ externalId: '00u1' });
  expect(accountOf(person()).profile).toMatchObject({ externalId: 'u1' });
});

test('simple attributes are passed on as sent; what is not sent is not named', () => {
  const simple = { title: 'Chief  Analyst', locale: 'cs-CZ', department: 'Données', employeeNumber: '007' };
  const { profile } = accountOf(person({ simple, displayName: ' Ada ' }));
  expect(profile).toEqual({ userName: 'Ada@Acme.test', externalId: 'u1', displayName: 'Ada', ...simple });
});

test('what the identity provider stored reaches the mapper, blank and unknown attributes left out', async () => {
  const store = await openStore('sqlite::memory:', new Map([['acme', []]]), () => 0);
  const write = { directory: 'acme', cause: { actor: 'okta', requestId: 'r' }, now: 0 };
  const enterprise = { department: 'Données', costCenter: '4130', division: '  ', manager: { value: 'u2' } };
  await createUser(store, write, 'u1', {
    userName: 'ada',
    title: 'Analyst',
    nickName: '',
    profileUrl: 'https://x.example/ada',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': enterprise,
  });
  const row = await findUser(store.db, 'acme', 'u1');
  if (row === undefined) throw new Error('not stored');
  const simple = { title: 'Analyst', department: 'Données', costCenter: '4130' };
  expect(toScimUser(row).simple).toEqual(simple);
  await store.close();
});

describe('what is compared', () => {
  const observed = (profile: Record<string, string>): ObservedAccount => ({
    id: '1',
    email: 'ada@acme.test',
    correlationKey: 'ada@acme.test',
    active: true,
    firstName: '',
    lastName: '',
    licence: noLicence,
    groups: new Set(),
    profile,
  });
  const desired = accountOf(person({ emails: [{ value: 'ADA@acme.test' }], simple: { title: 'Analyst' } }));

  test('a user name and an address in another case are the same', () => {
    const profile = { userName: 'ada@acme.test', emails: 'ada@acme.test', externalId: 'u1', title: 'Analyst' };
    expect(planAttributes(desired, observed(profile), scimCapabilities)).toBeUndefined();
  });

  test('everything else is compared to the letter', () => {
    const profile = { userName: 'ada@acme.test', emails: 'ada@acme.test', externalId: 'U1', title: 'analyst' };
    const change = planAttributes(desired, observed(profile), scimCapabilities);
    expect(change).toEqual({ profile: { externalId: 'u1', title: 'Analyst' } });
  });

  test('what a target does not keep is not asked of it', () => {
    const profile = { userName: 'ada@acme.test' };
    const kept = { ...scimCapabilities, profile: ['userName', 'title'] };
    expect(planAttributes(desired, observed(profile), kept)).toEqual({ profile: { title: 'Analyst' } });
  });
});

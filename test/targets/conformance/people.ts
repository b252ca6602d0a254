import type { Operation } from '../../../src/model/operation.js';
import type { Bench } from './bench.js';

/** Joiners, movers, leavers and returners. */
export function people(bench: Bench): void {
  newcomers(bench);
  invitations(bench);
  edits(bench);
  leavers(bench);
  returners(bench);
}

function newcomers(bench: Bench): void {
  const { capabilities } = bench.subject;
  const creates = !capabilities.invites;

  bench.given(creates, 'accounts without an invitation', 'an account is made at once, and is active', async () => {
    const created = await bench.apply(bench.creation('New.Person@acme.test'));
    expect(created).toMatchObject({ kind: 'done', remoteId: expect.any(String) as string });
    const held = await bench.harness.held(created.remoteId ?? '');
    expect(held).toMatchObject({ active: true, ...(bench.dear === undefined ? {} : { licence: bench.dear }) });
    if (capabilities.editsNames) expect(held).toMatchObject({ firstName: 'Žofia', lastName: '李' });
    if (bench.subject.profile !== undefined) expect(held?.profile).toMatchObject(bench.subject.profile);
    expect(bench.harness.mailsTo('new.person@acme.test')).toBe(capabilities.mailsNewAccounts ? 1 : 0);
    const seen = await bench.byAddress('new.person@acme.test');
    expect(seen).toMatchObject([{ id: created.remoteId, email: bench.kept('New.Person@acme.test'), active: true }]);
  });

  bench.given(creates, 'accounts without an invitation', 'somebody who is there already is adopted', async () => {
    const id = await bench.person('Ada@Acme.test');
    await expect(bench.apply(bench.creation('ada@acme.TEST'))).resolves.toEqual({ kind: 'already-so', remoteId: id });
    expect([bench.harness.writes(), bench.harness.mailsTo('ada@acme.test')]).toEqual([0, 0]);
  });

  bench.given(creates, 'accounts without an invitation', 'somebody who was quicker is adopted', async () => {
    bench.harness.beforeNextWrite(() => bench.harness.addAccount('Ada@Acme.test'));
    const outcome = await bench.apply(bench.creation('ada@acme.test'));
    const [account, ...others] = await bench.byAddress('ada@acme.test');
    expect(others).toEqual([]);
    expect(outcome).toEqual({ kind: 'already-so', remoteId: account?.id });
    expect(bench.harness.writes()).toBe(0);
  });

  bench.given(
    creates && capabilities.keepsInactive,
    'accounts without an invitation, keepsInactive',
    'somebody inactive is never made a second time: the engine looks again and reactivates them',
    async () => {
      const id = await bench.person('ada@acme.test');
      await bench.apply(bench.leave(id, 'ada@acme.test'));
      const writes = bench.harness.writes();
      const isSeen = bench.subject.hidesInactive !== true;
      const code = isSeen ? 'CONFLICT' : 'REJECTED';
      await expect(bench.apply(bench.creation('Ada@acme.test'))).rejects.toMatchObject({ code });
      expect(bench.harness.writes()).toBe(writes);
      expect(await bench.byAddress('ada@acme.test')).toMatchObject(isSeen ? [{ id, active: false }] : []);
    },
  );

  bench.given(!creates, 'invites', 'an account without an invitation is refused in words', async () => {
    const creation = bench.apply(bench.creation('new@acme.test'));
    await expect(creation).rejects.toMatchObject({ name: 'TargetError', code: 'REJECTED' });
    expect(bench.harness.writes()).toBe(0);
  });
}

function invitations(bench: Bench): void {
  const { capabilities } = bench.subject;
  const { invites, listsInvitations, cancelsInvitations, managesGroups } = capabilities;

  bench.given(invites, 'invites', 'an invitation carries licence and groups, and is sent once', async () => {
    const groups = managesGroups ? [await bench.harness.addGroup('Analysts')] : [];
    const invitation = bench.invitation('New.Person@acme.test', groups);
    await expect(bench.apply(invitation)).resolves.toMatchObject({ kind: 'pending' });
    expect(bench.harness.mailsTo('new.person@acme.test')).toBe(1);
    const id = await bench.harness.accept('new.person@acme.test');
    const held = await bench.harness.held(id);
    expect(held).toMatchObject({ active: true, ...(bench.dear === undefined ? {} : { licence: bench.dear }) });
    expect(held?.groups ?? []).toEqual(expect.arrayContaining(groups));
  });

  bench.given(invites, 'invites', 'who accepted has an account, and is not invited again', async () => {
    await bench.apply(bench.invitation('new@acme.test'));
    const id = await bench.harness.accept('new@acme.test');
    await bench.restart();
    expect(await bench.byAddress('new@acme.test')).toMatchObject([{ id, active: true }]);
    const again = bench.apply(bench.invitation('New@acme.test'));
    await expect(again).resolves.toEqual({ kind: 'already-so', remoteId: id });
    expect(bench.harness.mailsTo('new@acme.test')).toBe(1);
  });

  bench.given(
    invites && listsInvitations,
    'listsInvitations',
    'an invitation that is open is found, by a process that knows nothing of it too',
    async () => {
      await bench.apply(bench.invitation('new@acme.test'));
      await expect(bench.apply(bench.invitation('NEW@acme.test'))).resolves.toMatchObject({ kind: 'pending' });
      await bench.restart();
      await expect(bench.apply(bench.invitation('new@acme.test'))).resolves.toMatchObject({ kind: 'pending' });
      expect(bench.harness.mailsTo('new@acme.test')).toBe(1);
      const { invitations } = await bench.observe();
      expect(invitations?.[0]).toMatchObject({ correlationKey: 'new@acme.test', status: 'pending' });
    },
  );

  bench.given(invites, 'invites', 'somebody who is there already is adopted, never invited', async () => {
    const id = await bench.person('Ada@Acme.test');
    await expect(bench.apply(bench.invitation('ada@acme.TEST'))).resolves.toEqual({ kind: 'already-so', remoteId: id });
    expect(bench.harness.mailsTo('ada@acme.test')).toBe(0);
  });

  bench.given(invites && cancelsInvitations, 'cancelsInvitations', 'an invitation is withdrawn, once', async () => {
    const { remoteId: invitationId } = await bench.apply(bench.invitation('new@acme.test'));
    const cancel: Operation = { kind: 'cancel-invitation', invitationId, email: 'New@acme.test' };
    await expect(bench.apply(cancel)).resolves.toMatchObject({ kind: 'done' });
    const open = (await bench.observe()).invitations?.filter(({ status }) => status === 'pending');
    expect(open).toEqual([]);
    const writes = bench.harness.writes();
    await expect(bench.apply(cancel)).resolves.toMatchObject({ kind: 'already-so' });
    expect(bench.harness.writes()).toBe(writes);
  });

  bench.given(!invites, 'accounts without an invitation', 'an invitation is refused in words', async () => {
    const invitation = bench.apply(bench.invitation('new@acme.test'));
    await expect(invitation).rejects.toMatchObject({ name: 'TargetError', code: 'REJECTED' });
    expect([bench.harness.writes(), bench.harness.mailsTo('new@acme.test')]).toEqual([0, 0]);
  });
}

function edits(bench: Bench): void {
  const { capabilities } = bench.subject;
  const change = bench.edits;

  bench.given(
    change !== undefined,
    'anything about an account that can be edited',
    'an update changes what it names and keeps everything else, fields nobody knows included',
    async () => {
      const group = capabilities.managesGroups ? [await bench.harness.addGroup('Analysts')] : [];
      const accountId = await bench.person('ada@acme.test', group);
      const before = await bench.harness.held(accountId);
      const update: Operation = { kind: 'update-account', accountId, change: change ?? {} };
      await expect(bench.apply(update)).resolves.toMatchObject({ kind: 'done' });
      const profile = change?.profile === undefined ? {} : { profile: { ...before?.profile, ...change.profile } };
      expect(await bench.harness.held(accountId)).toEqual({ ...before, ...change, ...profile });
      expect(bench.harness.lostFields()).toEqual([]);
      expect(await bench.observed(accountId)).toMatchObject({ email: bench.kept('ada@acme.test'), ...change });

      const writes = bench.harness.writes();
      await expect(bench.apply(update)).resolves.toMatchObject({ kind: 'already-so' });
      expect(bench.harness.writes()).toBe(writes);
    },
  );

  const editsAddress = capabilities.editsAddress && bench.subject.addressIsUserName !== true;
  const missing = capabilities.editsAddress ? 'an address apart from the user name' : 'editsAddress';
  bench.given(editsAddress, missing, 'a new address changes nothing else', async () => {
    const accountId = await bench.person('ada@acme.test');
    const before = await bench.harness.held(accountId);
    const update: Operation = { kind: 'update-account', accountId, change: { email: 'Ada.Byron@acme.test' } };
    await expect(bench.apply(update)).resolves.toMatchObject({ kind: 'done' });
    const email = bench.kept('Ada.Byron@acme.test');
    expect(await bench.harness.held(accountId)).toEqual({ ...before, email });
    expect(bench.harness.lostFields()).toEqual([]);
    expect((await bench.observed(accountId))?.email).toBe(email);
    const writes = bench.harness.writes();
    await expect(bench.apply(update)).resolves.toMatchObject({ kind: 'already-so' });
    expect(bench.harness.writes()).toBe(writes);
  });

  bench.given(
    change !== undefined,
    'anything about an account that can be edited',
    'an account that is gone is not edited: the engine looks again',
    async () => {
      await bench.person('ada@acme.test');
      const { unknownId: accountId = '999999' } = bench.subject;
      const update = bench.apply({ kind: 'update-account', accountId, change: change ?? {} });
      await expect(update).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(bench.harness.writes()).toBe(0);
    },
  );
}

function leavers(bench: Bench): void {
  const { capabilities } = bench.subject;

  bench.given(
    capabilities.deactivates,
    'deactivates',
    'a deactivated account is inactive or gone, and stays so when asked again',
    async () => {
      const accountId = await bench.person('ada@acme.test');
      const stays = await bench.person('bea@acme.test');
      const leave = bench.leave(accountId, 'ada@acme.test');
      await expect(bench.apply(leave)).resolves.toMatchObject({ kind: 'done' });
      expect((await bench.harness.held(accountId))?.active ?? false).toBe(false);
      expect((await bench.observed(accountId))?.active).toBe(capabilities.keepsInactive ? false : undefined);
      expect((await bench.harness.held(stays))?.active).toBe(true);
      const writes = bench.harness.writes();
      await expect(bench.apply(leave)).resolves.toMatchObject({ kind: 'already-so' });
      expect(bench.harness.writes()).toBe(writes);
    },
  );

  bench.given(!capabilities.deactivates, 'deactivates', 'a leaver is refused in words, and not touched', async () => {
    const accountId = await bench.person('ada@acme.test');
    const leave = bench.apply(bench.leave(accountId, 'ada@acme.test'));
    await expect(leave).rejects.toMatchObject({ name: 'TargetError', code: 'REJECTED' });
    expect([bench.harness.writes(), (await bench.harness.held(accountId))?.active]).toEqual([0, true]);
  });
}

function returners(bench: Bench): void {
  const { capabilities } = bench.subject;
  const { deactivates, invites, keepsInactive, managesGroups, restoresMemberships } = capabilities;
  const change = bench.edits ?? {};

  bench.given(
    deactivates && keepsInactive,
    'keepsInactive',
    'an inactive account comes back with what it should have',
    async () => {
      const groups = managesGroups ? [await bench.harness.addGroup('Analysts')] : [];
      const accountId = await bench.person('ada@acme.test');
      await bench.apply(bench.leave(accountId, 'ada@acme.test'));
      const back = bench.comeBack(accountId, 'ada@acme.test', change, groups);
      await expect(bench.apply(back)).resolves.toMatchObject({ kind: 'done' });
      const { profile, ...rest } = change;
      const held = await bench.harness.held(accountId);
      expect(held).toMatchObject({ active: true, ...rest, ...(profile === undefined ? {} : { profile }) });
      // Where accounts are made without an invitation, memberships follow as writes of their own.
      if (invites) expect(held?.groups).toEqual(expect.arrayContaining(groups));
      const writes = bench.harness.writes();
      await expect(bench.apply(back)).resolves.toMatchObject({ kind: 'already-so' });
      expect(bench.harness.writes()).toBe(writes);
    },
  );

  bench.given(
    deactivates && keepsInactive && managesGroups && !restoresMemberships,
    'keepsInactive, restoresMemberships',
    'old memberships do not come back by themselves',
    async () => {
      const group = await bench.harness.addGroup('Analysts');
      const accountId = await bench.person('ada@acme.test', [group]);
      await bench.apply(bench.leave(accountId, 'ada@acme.test'));
      await bench.apply(bench.comeBack(accountId, 'ada@acme.test', {}));
      expect((await bench.harness.held(accountId))?.groups).not.toContain(group);
    },
  );

  bench.given(
    deactivates && keepsInactive && managesGroups && restoresMemberships,
    'restoresMemberships',
    'memberships that would come back are seen, and cleared before anybody can use them',
    async () => {
      const [group, other] = [await bench.harness.addGroup('Analysts'), await bench.harness.addGroup('Editors')];
      const accountId = await bench.person('ada@acme.test', [group, other]);
      await bench.apply(bench.leave(accountId, 'ada@acme.test'));
      expect([...((await bench.observed(accountId))?.groups ?? [])]).toEqual(expect.arrayContaining([group, other]));
      const clear = await bench.membership('remove', group, accountId);
      await expect(bench.apply(clear)).resolves.toMatchObject({ kind: 'done' });
      await bench.apply(bench.comeBack(accountId, 'ada@acme.test', {}));
      const held = await bench.harness.held(accountId);
      expect([held?.groups.includes(group), held?.groups.includes(other)]).toEqual([false, true]);
    },
  );

  bench.given(
    deactivates && !keepsInactive,
    'keepsInactive',
    'a removed account is refused, so that it is asked in again',
    async () => {
      const accountId = await bench.person('ada@acme.test');
      await bench.apply(bench.leave(accountId, 'ada@acme.test'));
      const back = bench.apply(bench.comeBack(accountId, 'ada@acme.test', {}));
      await expect(back).rejects.toMatchObject({ code: 'REJECTED' });
    },
  );
}

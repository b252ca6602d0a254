import type { RemoteId } from '../../../src/model/account.js';
import type { Operation, Outcome } from '../../../src/model/operation.js';
import type { Bench } from './bench.js';

/** A vendor made ready for one write. */
export interface ArrangedWrite {
  readonly operation: Operation;
  /** What carrying it out leads to, and finding it carried out. */
  readonly done: Outcome['kind'];
  readonly again: Outcome['kind'];
  /** Whether the vendor is as the operation wants it. */
  readonly holds: () => Promise<boolean>;
}

export interface WriteCase {
  readonly kind: string;
  readonly can: boolean;
  /** The capability without which it cannot be shown. */
  readonly needs: string;
  /** Makes something new, or sends mail: after an unknown outcome it must never simply be sent again. */
  readonly makes: boolean;
  readonly arrange: () => Promise<ArrangedWrite>;
}

const done = { done: 'done', again: 'already-so' } as const;

/** Every write a target can be asked for, each as a single call. */
export function everyWrite(bench: Bench): readonly WriteCase[] {
  const { capabilities } = bench.subject;
  const { invites, deactivates, keepsInactive, managesGroups, cancelsInvitations } = capabilities;
  const edit = bench.smallEdit;
  const held = async (id: RemoteId) => bench.harness.held(id);
  const heldGroup = async (id: RemoteId) => bench.harness.heldGroup(id);

  const invite = async (): Promise<ArrangedWrite> => ({
    operation: bench.invitation('new@acme.test'),
    done: 'pending',
    again: 'pending',
    holds: async () => bench.harness.mailsTo('new@acme.test') === 1,
  });

  const cancelInvitation = async (): Promise<ArrangedWrite> => {
    const { remoteId: invitationId } = await bench.apply(bench.invitation('new@acme.test'));
    return {
      operation: { kind: 'cancel-invitation', invitationId, email: 'new@acme.test' },
      ...done,
      holds: async () => (await bench.observe()).invitations?.some(({ status }) => status === 'pending') === false,
    };
  };

  const createAccount = async (): Promise<ArrangedWrite> => ({
    operation: bench.creation('new@acme.test'),
    ...done,
    holds: async () => {
      const [account, ...others] = await bench.byAddress('new@acme.test');
      return account?.active === true && others.length === 0;
    },
  });

  const updateAccount = async (): Promise<ArrangedWrite> => {
    const accountId = await bench.person('ada@acme.test');
    return {
      operation: { kind: 'update-account', accountId, change: edit ?? {} },
      ...done,
      holds: async () => matches(await held(accountId), edit ?? {}),
    };
  };

  const deactivateAccount = async (): Promise<ArrangedWrite> => {
    const accountId = await bench.person('ada@acme.test');
    return {
      operation: bench.leave(accountId, 'ada@acme.test'),
      ...done,
      holds: async () => (await held(accountId))?.active !== true,
    };
  };

  const reactivateAccount = async (): Promise<ArrangedWrite> => {
    const accountId = await bench.person('ada@acme.test');
    await bench.apply(bench.leave(accountId, 'ada@acme.test'));
    return {
      operation: bench.comeBack(accountId, 'ada@acme.test', {}),
      ...done,
      holds: async () => (await held(accountId))?.active === true,
    };
  };

  const createGroup = async (): Promise<ArrangedWrite> => ({
    operation: { kind: 'create-group', key: 'scim:2', name: 'New' },
    ...done,
    holds: async () => [...(await bench.observe()).groups.values()].filter(({ name }) => name === 'New').length === 1,
  });

  const renameGroup = async (): Promise<ArrangedWrite> => {
    const groupId = await bench.harness.addGroup('Analysts');
    const member = await bench.person('ada@acme.test', [groupId]);
    return {
      operation: { kind: 'rename-group', groupId, name: 'New' },
      ...done,
      holds: async () => {
        const group = await heldGroup(groupId);
        return group?.name === 'New' && group.members.includes(member);
      },
    };
  };

  const deleteGroup = async (): Promise<ArrangedWrite> => {
    const groupId = await bench.harness.addGroup('Analysts');
    return {
      operation: { kind: 'delete-group', groupId, name: 'Analysts' },
      ...done,
      holds: async () => (await heldGroup(groupId)) === undefined,
    };
  };

  const membership = (change: 'add' | 'remove') => async (): Promise<ArrangedWrite> => {
    const groupId = await bench.harness.addGroup('Analysts');
    const foreign = await bench.person('foreign@acme.test', [groupId]);
    const accountId = await bench.person('ada@acme.test', change === 'remove' ? [groupId] : []);
    return {
      operation: await bench.membership(change, groupId, accountId),
      ...done,
      holds: async () => {
        const members = (await heldGroup(groupId))?.members ?? [];
        return members.includes(foreign) && members.includes(accountId) === (change === 'add');
      },
    };
  };

  return [
    { kind: 'invite', can: invites, needs: 'invites', makes: true, arrange: invite },
    {
      kind: 'cancel-invitation',
      can: invites && cancelsInvitations,
      needs: invites ? 'cancelsInvitations' : 'invites',
      makes: false,
      arrange: cancelInvitation,
    },
    {
      kind: 'create-account',
      can: !invites,
      needs: 'accounts without an invitation',
      makes: true,
      arrange: createAccount,
    },
    {
      kind: 'update-account',
      can: edit !== undefined,
      needs: 'anything about an account that can be edited',
      makes: false,
      arrange: updateAccount,
    },
    { kind: 'deactivate-account', can: deactivates, needs: 'deactivates', makes: false, arrange: deactivateAccount },
    {
      kind: 'reactivate-account',
      can: deactivates && keepsInactive,
      needs: 'keepsInactive',
      makes: false,
      arrange: reactivateAccount,
    },
    {
      kind: 'create-group',
      can: capabilities.createsGroups,
      needs: 'createsGroups',
      makes: true,
      arrange: createGroup,
    },
    {
      kind: 'rename-group',
      can: capabilities.renamesGroups,
      needs: 'renamesGroups',
      makes: false,
      arrange: renameGroup,
    },
    {
      kind: 'delete-group',
      can: capabilities.deletesGroups,
      needs: 'deletesGroups',
      makes: false,
      arrange: deleteGroup,
    },
    { kind: 'grant', can: managesGroups, needs: 'managesGroups', makes: false, arrange: membership('add') },
    { kind: 'revoke', can: managesGroups, needs: 'managesGroups', makes: false, arrange: membership('remove') },
  ];
}

function matches(held: object | undefined, wanted: object): boolean {
  const entries = new Map(Object.entries(held ?? {}));
  return Object.entries(wanted).every(([name, value]) =>
    typeof value === 'object'
      ? matches(entries.get(name) as object | undefined, value as object)
      : entries.get(name) === value,
  );
}

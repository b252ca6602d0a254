import { ada, grace } from './cast.js';
import { differences, type Check } from './check.js';
import { checkLedger, foreignTaken } from './check-ledger.js';
import type { Dialect } from './dialect.js';
import { foreignGroup } from './everyday.js';
import { toolNames, type ToolName, type Tools } from './tools.js';

/**
 * What a look at the end of `everyday` cannot see: a call too many, a second mail, somebody foreign who was out for a
 * moment.
 */
export function checkCalls(tools: Tools, dialect: Dialect): readonly Check[] {
  return [
    ...checkLedger(tools.dbt.control, onceEach),
    {
      claim: 'Metabase welcomed each of them once, Retool sends no mails',
      differences: [
        ...differences(onceEach, tools.metabase.control.ledger.mails(), 'mails › metabase'),
        ...differences({}, tools.retool.control.ledger.mails(), 'mails › retool'),
      ],
    },
    {
      claim: `nobody was taken from ${foreignGroup}, nor Fay from anything`,
      differences: toolNames.flatMap((tool) =>
        differences([], foreignTaken(tools[tool].control, [foreignGroup]), `taken › ${tool}`),
      ),
    },
    {
      claim: 'every tool was written to as often as something had to change, and no more',
      differences: toolNames.flatMap((tool) =>
        differences(expectedWrites(tool, dialect), writesTo(tools[tool].control), `writes › ${tool}`),
      ),
    },
  ];
}

const onceEach = { [ada.email]: 1, [grace.email]: 1 };

interface Written {
  readonly ledger: { readonly writes: readonly { readonly route: string | undefined }[] };
}

/** Writes that were carried out, by route. */
function writesTo({ ledger }: Written): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { route = 'an unknown path' } of ledger.writes) counts[route] = (counts[route] ?? 0) + 1;
  return counts;
}

function expectedWrites(tool: ToolName, dialect: Dialect): Readonly<Record<string, number>> {
  return tool === 'dbt' ? writesToDbt[dialect] : writesToOthers[tool];
}

/** Ada and Grace are made; Ada is put in, put back in, and taken out, Grace put in and taken out; the group comes and goes. */
const writesToOthers: Readonly<Record<Exclude<ToolName, 'dbt'>, Readonly<Record<string, number>>>> = {
  metabase: {
    'POST /api/user': 2,
    'PUT /api/user/:id': 1,
    'DELETE /api/user/:id': 1,
    'POST /api/permissions/group': 1,
    'DELETE /api/permissions/group/:id': 1,
    'POST /api/permissions/membership': 3,
    'DELETE /api/permissions/membership/:id': 2,
  },
  retool: {
    'POST /api/v2/users': 2,
    // Ada's name, and her end there, which takes her sessions along.
    'PATCH /api/v2/users/:id': 2,
    'POST /api/v2/users/:id/logout': 1,
    'POST /api/v2/groups': 1,
    'DELETE /api/v2/groups/:id': 1,
    'POST /api/v2/groups/:id/members': 3,
    'DELETE /api/v2/groups/:id/members/:userId': 2,
  },
};

const writesToDbt: Readonly<Record<Dialect, Readonly<Record<string, number>>>> = {
  platform: {
    'POST /api/v3/accounts/:account/invites/': 2,
    'POST /api/v2/users/:id/': 1,
    // Both become developers; one loses her licence with her account, the other gets the common one back.
    'POST /api/v2/accounts/:account/permissions/:id/': 4,
    'POST /api/v3/accounts/:account/groups/': 1,
    'POST /api/v3/accounts/:account/groups/:id/': 1,
    'POST /api/v3/accounts/:account/assign-groups/': 4,
  },
  v2: {
    'POST /api/v2/accounts/:account/invitations/': 2,
    // Ada's name, and the licences: both become developers, one gets the common one back.
    'POST /api/v2/accounts/:account/users/:id/': 4,
    'DELETE /api/v2/accounts/:account/users/:id/': 1,
    'POST /api/v2/accounts/:account/groups/': 1,
    'POST /api/v2/accounts/:account/groups/:id/': 4,
    'DELETE /api/v2/accounts/:account/groups/:id/': 1,
  },
};

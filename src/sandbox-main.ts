import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from './config.js';
import { startDrawbridge, type Running } from './main.js';
import type { Log } from './model/log.js';
import { startFakeDbtCloud, type FakeDbtCloud, type FakeDbtCloudOptions } from './sandbox/dbt-cloud/fake-dbt-cloud.js';

export interface SandboxOptions {
  readonly log: Log;
  /** 0: any free port. */
  readonly port: number;
  /** Prints a line for the person at the keyboard. */
  readonly print: (line: string) => void;
  readonly dbt?: FakeDbtCloudOptions;
}

export interface Sandbox extends Running {
  readonly scimToken: string;
  readonly adminToken: string;
  readonly dbt: FakeDbtCloud;
}

/**
 * Drawbridge in front of faithful fakes of the vendors, in this process, on loopback only, with a database in a
 * temporary folder that goes when it closes. Everything but the vendors is the product itself.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-sandbox-'));
  const scimToken = `scim-${randomBytes(12).toString('hex')}`;
  const adminToken = `admin-${randomBytes(12).toString('hex')}`;
  const dbt = await startFakeDbtCloud({ ...options.dbt });
  try {
    const config = sandboxConfig({ folder, port: options.port, scimToken, adminToken, dbt });
    const running = await startDrawbridge(config, { log: options.log, settling: { quiet: 200, most: 2000 } });
    for (const line of walkThrough(running.url, scimToken, adminToken, dbt.url)) options.print(line);
    const close = async (): Promise<void> => {
      await running.close();
      await dbt.close();
      rmSync(folder, { recursive: true, force: true });
    };
    return { ...running, scimToken, adminToken, dbt, close };
  } catch (error) {
    await dbt.close();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface SandboxParts {
  readonly folder: string;
  readonly port: number;
  readonly scimToken: string;
  readonly adminToken: string;
  readonly dbt: FakeDbtCloud;
}

function sandboxConfig({ folder, port, scimToken, adminToken, dbt }: SandboxParts): Config {
  return {
    kind: 'configured',
    server: { host: '127.0.0.1', port },
    database: `sqlite:${path.join(folder, 'sandbox.db')}`,
    admin: { tokenSha256: digest(adminToken) },
    acknowledge: { waitSeconds: 5 },
    sweep: { everyMinutes: 15, invitationsEverySeconds: 2 },
    directories: [{ name: 'sandbox', tokens: [{ label: 'sandbox', sha256: digest(scimToken) }], targets: ['dbt'] }],
    targets: [
      {
        name: 'dbt',
        type: 'dbt-cloud',
        baseUrl: dbt.url,
        accountId: String(dbt.accountId),
        token: dbt.token,
        dialect: 'auto',
        mode: 'full',
        licence: { default: 'read_only', byGroup: { developer: ['Analytics Engineers'] } },
        groups: { create: true, map: {}, membership: 'owned' },
        assign: {},
        protect: { users: [], groups: ['Owner'] },
        guard: { removals: 5, fraction: 0.2, windowMinutes: 60 },
        limits: { perMinute: 3000, concurrency: 4 },
        addressChange: 'keep',
        invitations: { expireDays: 14, limit: 3 },
      },
    ],
    warnings: [],
    secrets: [scimToken, adminToken, dbt.token],
  };
}

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

/** What to paste, in order; each line works by itself in a POSIX shell once the first three were pasted. */
function walkThrough(url: string, scimToken: string, adminToken: string, dbtUrl: string): string[] {
  const json = `-H 'Content-Type: application/json'`;
  const scim = `curl -s -H "Authorization: Bearer $SCIM_TOKEN" -H 'Content-Type: application/scim+json'`;
  const patch = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
  const user = `{"userName":"ada@acme.test","name":{"givenName":"Ada","familyName":"Lovelace"},"emails":[{"value":"ada@acme.test","type":"work","primary":true}],"active":true}`;
  const firstId = `grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4`;
  return [
    'This is the SANDBOX: dbt Cloud is a fake in this process, and everything is forgotten when it stops.',
    '',
    `  SCIM        ${url}/scim/v2`,
    `  admin API   ${url}/api/v1`,
    `  fake dbt    ${dbtUrl}`,
    '',
    'Paste these into another terminal, one after the other:',
    '',
    '# 1. What the following lines use',
    `export SCIM=${url}/scim/v2 ADMIN=${url}/api/v1 DBT=${dbtUrl}/_control`,
    `export SCIM_TOKEN=${scimToken} ADMIN_TOKEN=${adminToken}`,
    '',
    '# 2. The identity provider creates a person',
    `ADA=$(${scim} $SCIM/Users -d '${user}' | ${firstId}); echo "created $ADA"`,
    '',
    '# 3. dbt has sent an invitation: no account yet, so the state is "invited"',
    `curl -s $DBT/invitations; ${scim} $SCIM/Users/$ADA; echo`,
    '',
    '# 4. Ada accepts it; Drawbridge notices within seconds',
    `curl -s ${json} $DBT/invitations/accept -d '{"email":"ada@acme.test"}'; curl -s -X POST -H "Authorization: Bearer $ADMIN_TOKEN" $ADMIN/targets/dbt/sync; echo`,
    '',
    '# 5. The identity provider pushes a group with Ada in it',
    `GROUP=$(${scim} $SCIM/Groups -d "{\\"displayName\\":\\"Analytics Engineers\\",\\"members\\":[{\\"value\\":\\"$ADA\\"}]}" | ${firstId}); echo "created $GROUP"`,
    '',
    '# 6. A second or two later dbt has the group, Ada in it, and her developer licence',
    `curl -s $DBT/groups; curl -s $DBT/users; echo`,
    '',
    '# 7. Ada leaves: deactivated in dbt at once',
    `${scim} -X PATCH $SCIM/Users/$ADA -d '{"schemas":["${patch}"],"Operations":[{"op":"replace","value":{"active":false}}]}'; curl -s $DBT/users; echo`,
    '',
    '# How things stand',
    `curl -s -H "Authorization: Bearer $ADMIN_TOKEN" $ADMIN/status; echo`,
    '',
    'Ctrl-C stops it.',
  ];
}

import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from './config.js';
import { startDrawbridge, type Running } from './main.js';
import type { Log } from './model/log.js';
import {
  startVendors,
  vendorNames,
  vendorTargets,
  type SandboxVendors,
  type VendorName,
  type VendorOptions,
} from './sandbox/sandbox-vendors.js';
import { walkThrough } from './sandbox/walk-through.js';

export interface SandboxOptions extends VendorOptions {
  readonly log: Log;
  /** 0: any free port. */
  readonly port: number;
  /** Prints a line for the person at the keyboard. */
  readonly print: (line: string) => void;
  /** Which of the fakes Drawbridge drives; default all. */
  readonly targets?: readonly VendorName[];
}

export interface Sandbox extends Running, Pick<SandboxVendors, VendorName> {
  readonly scimToken: string;
  readonly adminToken: string;
}

/**
 * Drawbridge in front of faithful fakes of the vendors, in this process, on loopback only, with a database in a
 * temporary folder that goes when it closes. Everything but the vendors is the product itself.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-sandbox-'));
  const scimToken = `scim-${randomBytes(12).toString('hex')}`;
  const adminToken = `admin-${randomBytes(12).toString('hex')}`;
  const vendors = await startVendors(options);
  const clearAway = async (): Promise<void> => {
    await vendors.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { port, log, targets = vendorNames } = options;
    const config = sandboxConfig({ folder, port, scimToken, adminToken, vendors, targets });
    const running = await startDrawbridge(config, { log, settling: { quiet: 200, most: 2000 } });
    const { dbt, metabase, retool, scim } = vendors;
    const addresses = { dbtUrl: dbt.url, metabaseUrl: metabase.url, retoolUrl: retool.url, otherUrl: scim.url };
    for (const line of walkThrough({ url: running.url, scimToken, adminToken, ...addresses })) options.print(line);
    const close = async (): Promise<void> => {
      await running.close();
      await clearAway();
    };
    return { ...running, scimToken, adminToken, dbt, metabase, retool, scim, close };
  } catch (error) {
    await clearAway();
    throw error;
  }
}

interface SandboxParts {
  readonly folder: string;
  readonly port: number;
  readonly scimToken: string;
  readonly adminToken: string;
  readonly vendors: SandboxVendors;
  readonly targets: readonly VendorName[];
}

function sandboxConfig({ folder, port, scimToken, adminToken, vendors, targets }: SandboxParts): Config {
  const all = vendorTargets(vendors);
  const { dbt, metabase, retool, scim } = vendors;
  return {
    kind: 'configured',
    server: { host: '127.0.0.1', port },
    database: `sqlite:${path.join(folder, 'sandbox.db')}`,
    admin: { tokenSha256: digest(adminToken) },
    acknowledge: { waitSeconds: 5 },
    sweep: { everyMinutes: 15, invitationsEverySeconds: 2 },
    directories: [{ name: 'sandbox', tokens: [{ label: 'sandbox', sha256: digest(scimToken) }], targets }],
    targets: targets.map((name) => all[name]),
    warnings: [],
    secrets: [scimToken, adminToken, dbt.token, metabase.apiKey, metabase.password, retool.token, scim.token],
  };
}

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

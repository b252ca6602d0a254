import type { AlertConfig } from '../model/alert-config.js';
import type { AnyTargetConfig } from '../model/target-config.js';

/** Everything an operator decides, checked, defaults filled in, frozen. */
export interface Config {
  readonly kind: 'configured';
  readonly server: ServerConfig;
  /** `sqlite:<path>`; a relative path is relative to the working directory. */
  readonly database: string;
  /** `off`: neither the admin API nor the console is mounted. */
  readonly admin: AdminConfig | 'off';
  /** How long a SCIM request may wait for the outcome of its one user; 0 never waits. */
  readonly acknowledge: { readonly waitSeconds: number };
  readonly sweep: { readonly everyMinutes: number; readonly invitationsEverySeconds: number };
  /** Absent: as `defaultAlertConfig` says. */
  readonly alert?: AlertConfig | undefined;
  /** The first one also answers at `/scim/v2`. */
  readonly directories: readonly DirectoryConfig[];
  readonly targets: readonly AnyTargetConfig[];
  /** What should not stop a start but must not go unseen: logged at each start and shown in the status. */
  readonly warnings: readonly string[];
  /** Every credential in the clear, for the logger to recognise and mask, and for nothing else. */
  readonly secrets: readonly string[];
}

/** Nothing is configured: the start plays with fakes, on loopback only. */
export interface SandboxConfig {
  readonly kind: 'sandbox';
  readonly port: number;
}

export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  /** What the identity provider calls us, for `meta.location`; no slash at the end. */
  readonly publicUrl?: string | undefined;
}

export interface AdminConfig {
  /** Lower-case hex of the SHA-256 of the bearer token. */
  readonly tokenSha256: string;
}

export interface DirectoryConfig {
  readonly name: string;
  readonly tokens: readonly DirectoryToken[];
  /** Names of the targets this directory's people and groups go to. */
  readonly targets: readonly string[];
}

export interface DirectoryToken {
  /** What the audit trail calls whoever uses it. */
  readonly label: string;
  /** Lower-case hex of the SHA-256 of the bearer token. */
  readonly sha256: string;
  /** Milliseconds since the epoch from which on it is refused. */
  readonly expiresAt?: number | undefined;
}

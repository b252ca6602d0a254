import type { LedgerEvent } from '../../kit/ledger-event.js';
import type { CaseExact } from '../filter/match-filter.js';
import type { LostEvent } from '../ledger.js';
import type { Rules } from '../rules.js';
import type { Document } from '../schema/document.js';

/** A user or a group as it is kept: what clients wrote, without what the server works out. */
export interface Resource {
  readonly id: string;
  readonly created: number;
  lastModified: number;
  /** Grows with every change that is one. */
  version: number;
  document: Document;
  /** The folded name, so that looking somebody up among thousands stays cheap. */
  folded: string;
}

export interface Group extends Resource {
  /** Ids of users and groups. */
  members: ReadonlySet<string>;
}

export interface DirectoryData {
  readonly users: Map<string, Resource>;
  readonly groups: Map<string, Group>;
  /** How many resources there have ever been. */
  born: number;
}

/** The data with what deciding about it needs. Times are milliseconds since the epoch. */
export interface Directory {
  readonly data: DirectoryData;
  readonly rules: Rules;
  readonly now: () => number;
  readonly emit: (event: LedgerEvent<string> | LostEvent) => void;
}

export function emptyData(): DirectoryData {
  return { users: new Map(), groups: new Map(), born: 0 };
}

/** Case as the schemas say, but for user names, where it is a rule. */
export function caseExactIn({ rules }: Pick<Directory, 'rules'>): CaseExact {
  return ({ name, caseExact }) => (name === 'userName' ? rules.userNameCase === 'exact' : caseExact === true);
}

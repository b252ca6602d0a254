import { describeChange, type PlannedChange } from '../model/planned-change.js';
import type { DoctorAnswer, PlanAnswer } from '../openapi/plan-schemas.js';
import type { Examination } from '../reconcile/examine.js';
import { holdReasons } from '../reconcile/guard.js';
import type { Preview, PreviewedChange } from '../reconcile/preview.js';

/** A preview as the admin API answers it. */
export function presentPlan(preview: Preview): PlanAnswer {
  const { target, mode, dialect, observedAt, changes, following, adopted, failures, invited, foreignAccounts } =
    preview;
  return {
    target,
    mode,
    dialect,
    observedAt: new Date(observedAt).toISOString(),
    hasChanges: changes.length > 0,
    counts: countsOf(preview),
    changes: changes.map(presentChange),
    following: [...following],
    adopted: presentAdopted(adopted),
    problems: [...failures],
    seats: seatsOf(preview),
    invited,
    foreignAccounts,
  };
}

/** An examination as the admin API answers it. */
export function presentDoctor(target: string, type: string, examination: Examination): DoctorAnswer {
  const nothing = { may: [], mayNot: [], abilities: {}, seats: [], warnings: [], problems: [], foreignAccounts: 0 };
  const unknown = { dialect: null, owner: null, adopted: { accounts: [], groups: [] }, ...nothing };
  if (!examination.ok) {
    const { error } = examination;
    const credentialValid = error.code !== 'UNAUTHORIZED';
    return { target, type, credentialValid, error: error.message, ...unknown };
  }
  const { preview } = examination;
  const { dialect, credential, warnings } = preview.preflight;
  const { licences, profile, ...abilities } = preview.preflight.capabilities;
  return {
    target,
    type,
    credentialValid: true,
    error: null,
    dialect,
    owner: credential.owner ?? null,
    may: [...credential.may],
    mayNot: [...credential.mayNot],
    abilities: { ...abilities, licences: [...licences], ...(profile === undefined ? {} : { profile: [...profile] }) },
    seats: seatsOf(preview),
    warnings: [...warnings],
    adopted: presentAdopted(preview.adopted),
    problems: [...preview.failures],
    foreignAccounts: preview.foreignAccounts,
  };
}

const presentAdopted = ({ accounts, groups }: Preview['adopted']): PlanAnswer['adopted'] => ({
  accounts: [...accounts],
  groups: [...groups],
});

function presentChange({ planned, fate }: PreviewedChange): PlanAnswer['changes'][number] {
  const { change, reason, subjects } = planned;
  return {
    kind: change.kind,
    summary: describeChange(change),
    reason,
    fate: fate.kind,
    ...(fate.kind === 'held' ? { heldBecause: holdReasons[fate.because] } : {}),
    subjects: [...subjects],
  };
}

/** Changes that happen by themselves; what is held, rejected or withheld is counted apart. */
const applied = ({ changes }: Preview): PlannedChange['change'][] =>
  changes.filter(({ fate }) => fate.kind === 'apply').map(({ planned }) => planned.change);

function countsOf(preview: Preview): PlanAnswer['counts'] {
  const kinds = applied(preview).map(({ kind }) => kind);
  const count = (...wanted: readonly (typeof kinds)[number][]): number =>
    kinds.filter((kind) => wanted.includes(kind)).length;
  const fated = (kind: PreviewedChange['fate']['kind']): number =>
    preview.changes.filter(({ fate }) => fate.kind === kind).length;
  const newAccounts = count('create-account');
  return {
    accountsAdded: count('create-account', 'invite', 'reactivate-account'),
    accountsChanged: count('update-account'),
    accountsRemoved: count('deactivate-account', 'cancel-invitation'),
    groupsAdded: count('create-group'),
    groupsChanged: count('rename-group'),
    groupsRemoved: count('delete-group'),
    grants: count('grant') + preview.following.length,
    revokes: count('revoke'),
    mails: count('invite') + (preview.preflight.capabilities.mailsNewAccounts ? newAccounts : 0),
    held: fated('held'),
    withheld: fated('withheld') + fated('rejected'),
    problems: preview.failures.length,
  };
}

function seatsOf(preview: Preview): PlanAnswer['seats'] {
  const licences = applied(preview).map((change) => ('licence' in change ? change.licence : undefined));
  return preview.preflight.seats.map(({ licence, used, total }) => ({
    licence,
    used,
    total: total ?? null,
    needed: licences.filter((each) => each === licence).length,
  }));
}

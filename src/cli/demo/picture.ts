/** What one tool holds, by the names people know: addresses and group names, not ids. */
export interface Picture {
  readonly people: Readonly<Record<string, Person>>;
  /** Names of the groups that exist, sorted, a name that occurs twice listed twice. */
  readonly groups: readonly string[];
  /** Invitations that can still be accepted, by address; more than one for an address is a fault and shows. */
  readonly invitations: Readonly<Record<string, readonly Invitation[]>>;
}

export interface Person {
  readonly name: string;
  readonly state: 'active' | 'inactive';
  /** `none` for somebody inactive: their seat is free. Left out where a tool has no licences. */
  readonly licence?: string;
  /** Sorted. */
  readonly groups: readonly string[];
}

export interface Invitation {
  readonly licence: string;
  readonly groups: readonly string[];
}

/** What one step is meant to change in one tool. */
export interface ToolChange {
  /** Attributes that are different now; somebody new needs all of them. */
  readonly people?: Readonly<Record<string, Partial<Person>>>;
  /** The one open invitation of an address; null when there is none any more. */
  readonly invitations?: Readonly<Record<string, Invitation | null>>;
  readonly groups?: Readonly<Record<string, 'made' | 'gone' | { readonly renamedTo: string }>>;
}

/** The picture that should be seen once the change has been carried out. */
export function withChange(before: Picture, { people = {}, invitations = {}, groups = {} }: ToolChange): Picture {
  const renamed = (name: string) => {
    const fate = groups[name];
    return typeof fate === 'object' ? fate.renamedTo : name;
  };
  const stays = (name: string) => groups[name] !== 'gone';
  const made = Object.keys(groups).filter((name) => groups[name] === 'made');

  const known = Object.entries(before.people).map(([email, person]) => {
    return [email, { ...person, groups: person.groups.filter(stays).map(renamed).toSorted() }] as const;
  });
  const merged: Record<string, Person> = Object.fromEntries(known);
  for (const [email, change] of Object.entries(people)) merged[email] = { ...(merged[email] ?? nobody), ...change };

  const kept = Object.entries(before.invitations).filter(([email]) => !(email in invitations));
  const opened = Object.entries(invitations).flatMap(([email, open]) =>
    open === null ? [] : [[email, [open]] as const],
  );
  return {
    people: merged,
    groups: [...before.groups.filter(stays).map(renamed), ...made].toSorted(),
    invitations: Object.fromEntries([...kept, ...opened]),
  };
}

const nobody: Person = { name: '', state: 'inactive', groups: [] };

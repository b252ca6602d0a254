import fc from 'fast-check';

/** Who and what a history is about. */
export const people = ['ann', 'bob', 'cyd', 'dan', 'eve'];
export const groupKeys = ['Data', 'Finance', 'Ops'];

const who = fc.constantFrom(...people);
const group = fc.constantFrom(...groupKeys);
/** In which target somebody lends a hand: taken modulo how many there are. */
const at = fc.nat(5);

/** One thing that happens: the directory says something, somebody does something by hand, or time goes on. */
export const command = fc.oneof(
  fc.record({ do: fc.constant('join' as const), who }),
  fc.record({ do: fc.constant('leave' as const), who }),
  fc.record({ do: fc.constant('delete' as const), who }),
  fc.record({ do: fc.constant('licence' as const), who, to: fc.constantFrom('developer', 'read_only') }),
  fc.record({ do: fc.constant('name' as const), who, to: fc.constantFrom('Kim', 'Sam') }),
  fc.record({ do: fc.constant('push' as const), group }),
  fc.record({ do: fc.constant('unpush' as const), group }),
  fc.record({ do: fc.constant('rename' as const), group }),
  fc.record({ do: fc.constant('add' as const), group, who }),
  fc.record({ do: fc.constant('remove' as const), group, who }),
  fc.record({ do: fc.constant('replace' as const), group, all: fc.subarray(people) }),
  fc.record({ do: fc.constant('guest joins group by hand' as const), group, at }),
  fc.record({ do: fc.constant('person joins group by hand' as const), group, who, at }),
  fc.record({ do: fc.constant('member removed by hand' as const), group, who, at }),
  fc.record({ do: fc.constant('licence by hand' as const), who, at }),
  fc.record({ do: fc.constant('name by hand' as const), who, at }),
  fc.record({ do: fc.constant('deactivated by hand' as const), who, at }),
  fc.record({ do: fc.constant('accept' as const), who }),
  fc.record({ do: fc.constant('work' as const) }),
  fc.record({ do: fc.constant('work' as const) }),
  fc.record({ do: fc.constant('restart' as const) }),
);
export type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** Something to lose: people with accounts, groups with members of ours, guests, and one of ours by somebody's hand. */
export function prelude(targets: number): readonly Command[] {
  const everywhere = Array.from({ length: targets }, (_, index) => index);
  return [
    ...people.map((who) => ({ do: 'join' as const, who })),
    { do: 'work' },
    ...people.map((who) => ({ do: 'accept' as const, who })),
    ...groupKeys.map((group) => ({ do: 'push' as const, group })),
    { do: 'add', group: 'Data', who: 'ann' },
    { do: 'add', group: 'Ops', who: 'bob' },
    { do: 'work' },
    ...everywhere.flatMap((at) => [
      ...groupKeys.map((group) => ({ do: 'guest joins group by hand' as const, group, at })),
      { do: 'person joins group by hand' as const, group: 'Data', who: 'eve', at },
    ]),
  ];
}

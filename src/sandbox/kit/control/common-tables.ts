import { z } from 'zod';
import { faultSchema } from '../faults/fault.js';
import { seededFaults } from '../faults/seeded-faults.js';
import type { OwnEvent, RemoteId } from '../ledger-event.js';
import type { Ledger, Sequenced } from '../ledger.js';
import type { CommonControl } from './common-control.js';
import { command } from './control-table.js';
import type { ControlCommands, ControlViews } from './control-table.js';

interface Shown<Rules extends object, Own extends OwnEvent, Id extends RemoteId> extends CommonControl<Rules> {
  readonly ledger: Ledger<Own, Id>;
  state(): unknown;
}

/** The views every fake has, apart from its ledger's: `ledgerView` makes that one. */
export function commonViews<Rules extends object, Own extends OwnEvent, Id extends RemoteId>(): ControlViews<
  Shown<Rules, Own, Id>
> {
  return {
    '/state': (control) => control.state(),
    '/counters': (control) => ({ ...control.counters(), mailsTo: control.ledger.mails() }),
    '/calls': (control) => control.ledger.calls(),
    '/rules': (control) => control.rules,
    '/faults': (control) => control.faults.rules,
  };
}

/** `GET /_control/ledger?since=<sequence>`: the named parts of a ledger, without what was seen before. */
export function ledgerView<Control>(parts: (control: Control) => Readonly<Record<string, readonly Sequenced[]>>) {
  return (control: Control, query: URLSearchParams): unknown => {
    const since = Number(query.get('since') ?? 0);
    const recent = Object.entries(parts(control)).map(([name, rows]) => {
      return [name, rows.filter((each) => each.sequence > since)] as const;
    });
    return Object.fromEntries(recent);
  };
}

/** The commands every fake has: faults, rules, time and the way back to the start. */
export function commonCommands<Rules extends object>(
  rulesSchema: z.ZodType<Partial<Rules>>,
): ControlCommands<CommonControl<Rules>> {
  return {
    '/faults/add': command(
      z.strictObject({
        method: z.string().optional(),
        path: z.string().optional(),
        nth: z.int().min(1).optional(),
        times: z.int().min(1).optional(),
        fault: faultSchema,
      }),
      (control, rule) => {
        control.faults.add(rule);
      },
    ),
    '/faults/random': command(
      z.strictObject({ seed: z.int(), rate: z.number().min(0).max(1), faults: z.array(faultSchema).optional() }),
      (control, plan) => {
        control.faults.plan(seededFaults(plan));
      },
    ),
    '/faults/clear': command(z.strictObject({}), (control) => {
      control.faults.clear();
    }),
    '/rules': command(rulesSchema, (control, rules) => {
      control.configure(rules);
    }),
    '/clock/advance': command(z.strictObject({ ms: z.number().min(0) }), (control, { ms }) => {
      control.advance(ms);
    }),
    '/reset': command(z.strictObject({}), (control) => {
      control.reset();
    }),
  };
}

import type { Fault, FaultedRequest, RequestMatch } from './fault.js';
import { fits } from './fault.js';

export interface FaultRule extends RequestMatch {
  readonly fault: Fault;
  /** The first fitting request to strike, counted from 1 when the rule was added. Default 1. */
  readonly nth?: number | undefined;
  /** How many fitting requests in a row to strike. Default 1. */
  readonly times?: number | undefined;
}

export type FaultPlan = (request: FaultedRequest) => Fault | undefined;

/** What a rule has done so far. */
export interface FaultRuleState extends FaultRule {
  seen: number;
  struck: number;
}

/** Decides which requests go wrong, and how. The first rule that strikes wins, then the plan is asked. */
export class Faults {
  #rules: FaultRuleState[] = [];
  #plan: FaultPlan | undefined;

  get rules(): readonly Readonly<FaultRuleState>[] {
    return this.#rules;
  }

  /** Returns the rule's live counts, so a test can see that it struck. */
  add(rule: FaultRule): Readonly<FaultRuleState> {
    const state = { ...rule, seen: 0, struck: 0 };
    this.#rules.push(state);
    return state;
  }

  /** Asks this function about every request no rule strikes; undefined ends that. */
  plan(decide: FaultPlan | undefined): void {
    this.#plan = decide;
  }

  clear(): void {
    this.#rules = [];
    this.#plan = undefined;
  }

  /** Counts the request on every rule it fits, and says which fault strikes it. */
  decide(request: FaultedRequest): Fault | undefined {
    const striking = this.#rules.filter((rule) => strikes(rule, request));
    const [first] = striking;
    if (first === undefined) return this.#plan?.(request);
    first.struck += 1;
    return first.fault;
  }
}

function strikes(rule: FaultRuleState, request: FaultedRequest): boolean {
  if (!fits(rule, request)) return false;
  rule.seen += 1;
  return rule.seen >= (rule.nth ?? 1) && rule.struck < (rule.times ?? 1);
}

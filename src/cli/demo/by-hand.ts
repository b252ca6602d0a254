import type { ByHand } from './step.js';
import { toolNames, type ToolName, type Tools } from './tools.js';

/** What the hands behind the fakes have in common, as far as the plays need it. */
interface Hand {
  readonly users: { rename(who: string, names: { readonly firstName: string }): void };
  readonly groups: { addMember(id: number, who: string): void; removeMember(id: number, who: string): void };
  state(): { readonly groups: readonly HeldGroup[] };
}

interface HeldGroup {
  readonly id: number;
  readonly name: string;
  readonly deleted?: boolean;
}

/** Somebody puts a person into a group, in each of these tools. */
export function addsByHand(email: string, group: string, tools: readonly ToolName[] = toolNames): ByHand {
  return inEach(tools, (hand, tool) => {
    hand.groups.addMember(groupNamed(group, hand, tool), email);
  });
}

export function removesByHand(email: string, group: string, tools: readonly ToolName[] = toolNames): ByHand {
  return inEach(tools, (hand, tool) => {
    hand.groups.removeMember(groupNamed(group, hand, tool), email);
  });
}

export function renamesByHand(email: string, firstName: string, tools: readonly ToolName[] = toolNames): ByHand {
  return inEach(tools, (hand) => {
    hand.users.rename(email, { firstName });
  });
}

function inEach(names: readonly ToolName[], edit: (hand: Hand, tool: ToolName) => void): ByHand {
  return {
    kind: 'by-hand',
    edit: (tools: Tools) => {
      for (const name of names) edit(tools[name].control, name);
    },
  };
}

function groupNamed(name: string, hand: Hand, tool: ToolName): number {
  const group = hand.state().groups.find((each) => each.name === name && each.deleted !== true);
  if (group === undefined) throw new Error(`${tool} has no group ${name}`);
  return group.id;
}

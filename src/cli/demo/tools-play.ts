import { fay } from './cast.js';
import { checkCalls } from './check-calls.js';
import { everyday, foreignGroup } from './everyday.js';
import type { Play } from './play.js';
import { toolNames } from './tools.js';

/** One person and one group, in three tools at once, where Fay and a group of hers are already. */
export const toolsPlay: Play = {
  name: 'tools',
  tools: toolNames,
  prepare: ({ dbt, metabase, retool }) => {
    const groups = [
      [dbt, dbt.control.groups.create({ name: foreignGroup })],
      [metabase, metabase.control.groups.create(foreignGroup)],
      [retool, retool.control.groups.create({ name: foreignGroup })],
    ] as const;
    for (const [{ control }, group] of groups) {
      control.users.add(fay);
      control.groups.addMember(group, fay.email);
    }
  },
  steps: everyday,
  lookBack: checkCalls,
};

import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    peers: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

/** How long each row is measured; how many people the small, the usual and the large directory have. */
export const options = {
  quick: values.quick,
  json: values.json,
  peers: values.peers,
  warmUpSeconds: values.quick ? 0.5 : 1.5,
  seconds: Number(values.seconds ?? (values.quick ? 1 : 2)),
  only: values.only,
  sizes: values.quick ? { small: 1000, usual: 2000, large: 10_000 } : { small: 1000, usual: 10_000, large: 100_000 },
  cyclePeople: values.quick ? 1000 : 10_000,
};

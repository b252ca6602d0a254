/**
 * One engine in a process of its own: works until nothing is due and leaves with 0, or kills itself, without any
 * farewell, at the step it was told to.
 *
 * argv: compiled source, database file, target configuration as JSON, number of the step to die at (0: never)
 */
import { randomUUID } from 'node:crypto';

const [, , source, database, configuration, dieAt] = process.argv;
const load = (file) => import(`${source}/${file}`);
const { Engine } = await load('reconcile/engine.js');
const { openStore } = await load('store/store.js');
const { createTarget } = await load('targets/catalog.js');
const { mapperFor } = await load('mappers/mapper-for.js');
const { readBacklog } = await load('store/due-queue.js');
const { silentLog } = await load('model/log.js');

const config = JSON.parse(configuration);
const store = await openStore(`sqlite:${database}`, new Map([['acme', [config.name]]]));
let steps = 0;
const onStep = () => {
  steps += 1;
  if (steps === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
};
const engine = new Engine({
  store,
  runtimes: [
    {
      config,
      target: createTarget(config, { now: Date.now, log: silentLog }),
      mapper: mapperFor(config),
      store,
      log: silentLog,
      now: Date.now,
      random: () => 0,
      newId: randomUUID,
      settling: { quiet: 0, most: 0 },
      onStep,
    },
  ],
  holder: randomUUID(),
  waitSeconds: 0,
  sweepMs: 86_400_000,
  pollMs: 86_400_000,
});
await engine.start();
while ((await readBacklog(store, config.name)).due > 0) await new Promise((resolve) => setTimeout(resolve, 5));
await engine.close();
await store.close();

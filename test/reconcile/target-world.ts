import type { AnyTargetConfig } from '../../src/model/target-config.js';
import type { Runtime } from '../../src/reconcile/runtime.js';
import { DirectoryWorld, newClock, type Clock } from './directory-world.js';

export { newClock };

/** A world in front of any one target, whose people have names. */
export class TargetWorld extends DirectoryWorld {
  static async start(config: AnyTargetConfig, clock: Clock): Promise<TargetWorld> {
    return new TargetWorld(await DirectoryWorld.parts([config], clock));
  }

  get runtime(): Runtime {
    const [loop] = this.engine.loops.values();
    if (loop === undefined) throw new Error('no loop');
    return loop.runtime;
  }

  override async joins(name: string, more: Record<string, unknown> = {}): Promise<string> {
    return super.joins(name, { name: { givenName: name, familyName: 'Doe' }, ...more });
  }
}

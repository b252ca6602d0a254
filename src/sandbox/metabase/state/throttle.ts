import { fold } from '../../../model/fold.js';
import type { Site } from './site.js';

/** The vendor's throttle: so many failures within the window, then a wait that grows with every further one. */
const windowMs = 60 * 60_000;
const firstDelaySeconds = 15;
const exponent = 1.5;
const failuresPerName = 10;
/** Everybody calls from one address here: the loopback one. */
const failuresPerAddress = 50;

export function noteFailure(site: Site, name: string): void {
  site.data.failedLogins.push({ name: fold(name), at: site.now() });
}

/** Whole seconds until this name may try again; 0 when it may now. */
export function secondsToWait(site: Site, name: string): number {
  const recent = site.data.failedLogins.filter((each) => each.at > site.now() - windowMs);
  const own = recent.filter((each) => each.name === fold(name));
  return Math.max(wait(site.now(), own, failuresPerName), wait(site.now(), recent, failuresPerAddress));
}

function wait(now: number, failures: readonly { readonly at: number }[], threshold: number): number {
  const last = failures.at(-1);
  if (last === undefined || failures.length < threshold) return 0;
  const delay = firstDelaySeconds * Math.max(1, failures.length - threshold) ** exponent;
  return Math.max(0, Math.ceil(delay - (now - last.at) / 1000));
}

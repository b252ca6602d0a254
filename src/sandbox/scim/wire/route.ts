import type { Asked } from '../../kit/vendor.js';
import type { Directory } from '../state/directory.js';

/** One request as a surface sees it. */
export interface Call extends Pick<Asked, 'params' | 'query' | 'body' | 'header'> {
  readonly dir: Directory;
  /** The SCIM root as the caller wrote it: what locations begin with. */
  readonly base: string;
}

export function idOf({ params }: Call): string {
  return params['id'] ?? '';
}

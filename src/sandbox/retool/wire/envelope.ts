import type { Reply } from '../../kit/reply.js';

/** Success is 200 for creates too. */
export function ok(data: unknown): Reply {
  return { status: 200, body: { success: true, data } };
}

export interface Paging {
  readonly totalCount: number;
  readonly nextToken: string | null;
}

/** `has_more` is true exactly when there is a token to go on with. */
export function okList(data: readonly unknown[], paging: Paging = { totalCount: data.length, nextToken: null }): Reply {
  const { totalCount, nextToken } = paging;
  return {
    status: 200,
    body: { success: true, data, total_count: totalCount, next_token: nextToken, has_more: nextToken !== null },
  };
}

export function noContent(): Reply {
  return { status: 204, body: undefined };
}

/** The one shape of a failure. */
export function refused(status: number, message: string, headers?: Readonly<Record<string, string>>): Reply {
  return { status, body: { success: false, message }, headers };
}

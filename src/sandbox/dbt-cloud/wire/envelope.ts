import type { Reply } from '../../kit/reply.js';

export function ok(data: unknown, status = 200): Reply {
  return { status, body: { status: statusOf(status, 'Success!'), data } };
}

export function okList(data: readonly unknown[], extra: unknown): Reply {
  return { status: 200, body: { status: statusOf(200, 'Success!'), data, extra } };
}

export function noContent(): Reply {
  return { status: 204, body: undefined };
}

export function refused(status: number, message: string, headers?: Readonly<Record<string, string>>): Reply {
  return { status, body: { status: statusOf(status, message), data: null }, headers };
}

function statusOf(code: number, message: string) {
  return { code, is_success: code < 400, user_message: message, developer_message: code < 400 ? '' : null };
}

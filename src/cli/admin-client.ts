import type { z } from 'zod';
import { adminErrorSchema } from '../openapi/admin-schemas.js';
import { CliError } from './cli-error.js';
import type { CliContext } from './context.js';
import { exitCode } from './exit-code.js';

/** Where the admin API is and what opens it, as given on the command line. */
export interface AdminOptions {
  readonly url?: string;
  readonly token?: string;
}

export interface AdminCall<T> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly answer: z.ZodType<T>;
  /** True: the server reads a whole target first, which takes as long as the vendor lets it. */
  readonly patient?: boolean;
}

const answerWithinMs = 30_000;
const patientMs = 15 * 60_000;

/**
 * One call to a running server's admin API.
 *
 * @throws {CliError} with the next step, whether nobody answers, the token is wrong or the request is refused
 */
export async function callAdmin<T>(context: CliContext, options: AdminOptions, call: AdminCall<T>): Promise<T> {
  const base = (options.url ?? context.env['DRAWBRIDGE_URL'] ?? defaultUrl(context.env['PORT'])).replace(/\/+$/, '');
  if (!/^https?:\/\//.test(base) || !URL.canParse(base)) {
    throw new CliError(exitCode.usage, `${base} is not an address`, 'Give one such as http://127.0.0.1:8080 in --url.');
  }
  const response = await send(context, `${base}${call.path}`, tokenFrom(context, options), call);
  const body = await bodyOf(response, base);
  if (!response.ok) throw refusal(response.status, body, base);

  const parsed = call.answer.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CliError(
    exitCode.refused,
    `${base} answered something unexpected`,
    'Is it a Drawbridge of this version? See --version and the version in its status.',
  );
}

function defaultUrl(port: string | undefined): string {
  return `http://127.0.0.1:${port === undefined || port === '' ? '8080' : port}`;
}

function tokenFrom(context: CliContext, options: AdminOptions): string {
  const token = options.token ?? context.env['DRAWBRIDGE_ADMIN_TOKEN'] ?? '';
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CliError(
    exitCode.usage,
    token === '' ? 'no admin token given' : 'the admin token holds a character that cannot be sent',
    "Set DRAWBRIDGE_ADMIN_TOKEN to the server's admin.token.",
  );
}

async function send<T>(context: CliContext, url: string, token: string, call: AdminCall<T>): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  try {
    return await context.fetch(url, {
      method: call.method,
      redirect: 'error', // a redirect would carry the token elsewhere
      signal: AbortSignal.timeout(call.patient === true ? patientMs : answerWithinMs),
      headers: call.body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
  } catch (error) {
    throw new CliError(
      exitCode.unreachable,
      `no answer from ${new URL(url).origin} (${reasonOf(error)})`,
      'Is the server running there? Name another with --url or DRAWBRIDGE_URL.',
    );
  }
}

/** fetch hides the system's reason one level down. */
function reasonOf(error: unknown): string {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  if (typeof cause === 'object' && cause !== null && 'code' in cause) return String(cause.code);
  return error instanceof Error ? error.message : String(error);
}

async function bodyOf(response: Response, base: string): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (!response.ok) return undefined;
    throw new CliError(
      exitCode.refused,
      `${base} is not a Drawbridge`,
      'Check --url: what answered there speaks no JSON.',
    );
  }
}

function refusal(status: number, body: unknown, base: string): CliError {
  const parsed = adminErrorSchema.safeParse(body);
  const message = parsed.success ? parsed.data.error.message : `${base} answered ${String(status)}`;
  return new CliError(exitCode.refused, message, nextSteps[status]);
}

const nextSteps: Readonly<Record<number, string>> = {
  401: "Set DRAWBRIDGE_ADMIN_TOKEN to the server's admin.token.",
  403: 'This token may not do that.',
  404: 'See the names and ids in `drawbridge status` and `drawbridge held`. With admin: off there is no admin API.',
  409: 'See what is still open with `drawbridge held`.',
  500: "The server's log has the reason.",
  502: 'See `drawbridge doctor`.',
  503: 'Try again in a moment.',
};

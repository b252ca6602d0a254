import { isAxiosError } from 'axios';

/**
 * Whether a call failed because it was sent over a kept connection the server had closed already. It happens whenever a
 * server's idle time is shorter than ours and says nothing about the server (Node.js, `request.reusedSocket`).
 */
export function wasStaleConnection(failure: unknown): boolean {
  if (!isAxiosError(failure) || failure.response !== undefined) return false;
  const request: unknown = failure.request;
  const isReused = typeof request === 'object' && request !== null && 'reusedSocket' in request && request.reusedSocket;
  return isReused === true && (failure.code === 'ECONNRESET' || failure.code === 'EPIPE');
}

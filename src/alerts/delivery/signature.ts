import { createHmac } from 'node:crypto';

/**
 * The value of `X-Drawbridge-Signature`: `t=<seconds>,v1=<hex>`, the HMAC-SHA256 of `<seconds>.<body>` under the
 * channel's secret. The time is signed along so that a receiver can refuse what somebody recorded and plays again.
 *
 * @param now epoch milliseconds
 */
export function signatureOf(body: string, secret: string, now: number): string {
  const seconds = Math.floor(now / 1000);
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}

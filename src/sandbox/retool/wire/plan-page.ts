import type { Reply } from '../../kit/reply.js';
import { Refusal } from '../../kit/refusal.js';

/** The web app answering for a route the plan does not have: 200, HTML, and nothing done. */
export class PlanPage extends Refusal {
  readonly reply: Reply = {
    status: 200,
    body: '<!DOCTYPE html><html><head><title>Retool</title></head><body><div id="root"></div></body></html>',
    headers: { 'content-type': 'text/html; charset=utf-8' },
  };

  constructor() {
    super(200, 'The web app answers here.');
  }
}

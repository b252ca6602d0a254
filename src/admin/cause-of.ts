import type { Response } from 'express';
import type { Cause } from '../model/cause.js';

/** Who asked, for the audit trail: set once the admin token was accepted. */
export const causeOf = (response: Response): Cause => response.locals['cause'] as Cause;

import { Refusal } from '../../kit/refusal.js';
import { choices } from '../choices.js';

/** Texts are those seen in live answers where there are any; no client may branch on them. */

export function noSuchUser(id: string): Refusal {
  return new Refusal(404, `No user '${id}' found for organization`);
}

export function noSuchGroup(id: number | string): Refusal {
  return new Refusal(404, `No group '${String(id)}' found for organization`);
}

export function noSuchInvite(id: number | string): Refusal {
  return new Refusal(404, `No user invite '${String(id)}' found for organization`);
}

export function badBody(message: string): Refusal {
  return new Refusal(choices.badBody, message);
}

export function failedPatch(message: string): Refusal {
  return new Refusal(choices.failedPatch, `Patched document failed schema validation: ${message}`);
}

export function builtIn(message: string): Refusal {
  return new Refusal(choices.editOfBuiltIn, message);
}

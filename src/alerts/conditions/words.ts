import type { AlertCondition, AlertWords } from '../../model/alert.js';
import { shorten } from '../../model/shorten.js';

/** In characters. A vendor's reason or a directory's name may be as long as it likes; a message may not. */
const longest = { title: 200, reason: 1000, action: 400 } as const;

/** Brings what is told to a length that fits every channel, and takes out what `mask` knows for secret. */
export function bounded(condition: AlertCondition, mask: (text: string) => string): AlertCondition {
  const { person, ...subject } = condition.subject;
  return {
    ...condition,
    subject: person === undefined ? subject : { ...subject, person: oneLine(mask(person), longest.title) },
    words: boundedWords(condition.words, mask),
  };
}

function boundedWords(words: AlertWords, mask: (text: string) => string): AlertWords {
  return {
    title: oneLine(mask(words.title), longest.title),
    reason: oneLine(mask(words.reason), longest.reason),
    action: oneLine(mask(words.action), longest.action),
  };
}

/** Control characters of a name must not lay out our messages. */
function oneLine(text: string, most: number): string {
  const line = text.replace(/\p{Cc}+/gu, ' ').trim();
  return line.length <= most ? line : `${shorten(line, most - 1)}…`;
}

/** `a, b and 3 more`. */
export function someOf(names: readonly string[], total: number): string {
  const more = total - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

/** `1 group`, `2 groups`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** An instant to the minute, in UTC: `2027-01-31 12:00 UTC`. */
export function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

import type { LogEntry } from './log-entry.js';

/** A line for a person: time of day, level, message, then the fields as `name=value`. */
export function formatPretty({ timestamp, level, message, ...fields }: LogEntry): string {
  const time = timestamp.slice(11, 23);
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        ` ${name}=${typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value)}`,
    );
  return `${time} ${level.toUpperCase().padEnd(5)} ${printable(message)}${shown.join('')}`;
}

/** Control characters are written out, or a logged value could move the reader's cursor. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- naming them is the point
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1));
}

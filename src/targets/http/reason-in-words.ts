/** Long enough for every sentence a vendor was seen to write, short enough for a log line and a SCIM error. */
const longest = 300;

/**
 * Turns whatever a target answered into at most 300 characters of plain text, or undefined when nothing readable is
 * left. Of an HTML page (a gateway's error, a login form) only the title is kept.
 */
export function reasonInWords(text: string): string | undefined {
  const readable = looksLikeHtml(text) ? titleOf(text) : text;
  const oneLine = readable.replace(/\s+/g, ' ').trim();
  if (oneLine === '') return undefined;
  return oneLine.length <= longest ? oneLine : `${oneLine.slice(0, longest - 1).trimEnd()}…`;
}

/** Whether an answer is a page for people, or another document in angle brackets. */
export function looksLikeHtml(text: string): boolean {
  return /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(text);
}

function titleOf(html: string): string {
  const title = /<(title|h1)[^>]*>([^<]*)</i.exec(html)?.[2] ?? '';
  return title.trim() === '' ? 'an HTML page' : title;
}

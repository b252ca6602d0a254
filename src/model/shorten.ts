/**
 * The beginning of a text, at most so many UTF-16 units long, as JavaScript and most validators count. Never ends in the
 * middle of a character or with a space.
 */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > most) break;
    kept += character;
  }
  return kept.trimEnd();
}

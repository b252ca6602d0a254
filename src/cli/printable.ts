/** Names come from identity providers and vendors; they must not be able to move the cursor of whoever reads them. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}

export type Token =
  | { readonly kind: 'word' | 'string'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: '(' | ')' | '[' | ']' };

const patterns = [
  { kind: 'sign', form: /[()[\]]/y },
  { kind: 'string', form: /"(?:[^"\\]|\\.)*"/y },
  { kind: 'word', form: /[^\s()[\]"]+/y },
] as const;

/** The parts of a filter or a path; undefined for a text that has none, such as one with an open quote. */
export function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    const token = tokenAt(text, at);
    if (token === undefined) return undefined;
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(text: string, at: number): Token | undefined {
  for (const { kind, form } of patterns) {
    form.lastIndex = at;
    const found = form.exec(text)?.[0];
    if (found !== undefined) return { kind, text: found } as Token;
  }
  return undefined;
}

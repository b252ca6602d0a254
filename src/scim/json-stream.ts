import { JsonText, jsonOf } from './json-text.js';

/**
 * JSON that is too long to be held as a whole: it is made while it is sent, part by part, and no faster than the client
 * takes it.
 */
export class JsonStream {
  readonly parts: AsyncIterable<string>;

  constructor(parts: AsyncIterable<string>) {
    this.parts = parts;
  }

  /** All of it after all, where it must become part of something else. */
  async whole(): Promise<JsonText> {
    const parts: string[] = [];
    for await (const part of this.parts) parts.push(part);
    return new JsonText(parts.join(''));
  }
}

/** An answer with its body as a whole, to become part of another. */
export async function held<Reply extends { readonly body?: object }>(reply: Reply): Promise<Reply> {
  return reply.body instanceof JsonStream ? { ...reply, body: await reply.body.whole() } : reply;
}

/** An object with one more member, a list: `{…members, [name]: items}` without looking into the items. */
export function withList(members: object, name: string, items: readonly object[]): JsonText | JsonStream {
  const open = `${JSON.stringify(members).slice(0, -1)},${JSON.stringify(name)}:[`;
  if (items.some((item) => item instanceof JsonStream)) return new JsonStream(listParts(open, items));
  return new JsonText(`${open}${items.map(jsonOf).join(',')}]}`);
}

async function* listParts(open: string, items: readonly object[]): AsyncGenerator<string, void, undefined> {
  yield open;
  for (const [index, item] of items.entries()) {
    if (index > 0) yield ',';
    if (item instanceof JsonStream) yield* item.parts;
    else yield jsonOf(item);
  }
  yield ']}';
}

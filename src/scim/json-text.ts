/**
 * JSON that was text all along and is sent as it is: taking it apart only to put it together again would be most of the
 * work of a read. Inside another document it stands for what it says.
 */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** The JSON of anything, texts included. */
export function jsonOf(value: object): string {
  return value instanceof JsonText ? value.text : JSON.stringify(value);
}

/** An object with one more member, a list: `{…members, [name]: items}` without looking into the items. */
export function withList(members: object, name: string, items: readonly object[]): JsonText {
  const open = JSON.stringify(members).slice(0, -1);
  const separator = open === '{' ? '' : ',';
  return new JsonText(`${open}${separator}${JSON.stringify(name)}:[${items.map(jsonOf).join(',')}]}`);
}

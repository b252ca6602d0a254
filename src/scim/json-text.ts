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

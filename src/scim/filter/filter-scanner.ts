import { ScimError } from '../scim-error.js';

const wordEnd = /[\s()[\]"]|$/g;
const space = /\S|$/g;
const stringEnd = /"|\\./gs;

/** Walks over the text of a filter. Every failure is a 400 `invalidFilter` that says where. */
export class FilterScanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character that is not white space, without taking it; empty at the end. */
  peek(): string {
    this.#position = firstIndex(space, this.#text, this.#position);
    return this.#text.charAt(this.#position);
  }

  /** Where the next character that is not white space stands. */
  nextPosition(): number {
    this.peek();
    return this.#position;
  }

  /** Takes `character` if it is the next one. With `adjacent`, white space before it is not skipped. */
  take(character: string, adjacent = false): boolean {
    const next = adjacent ? this.#text.charAt(this.#position) : this.peek();
    if (next !== character) return false;
    this.#position += 1;
    return true;
  }

  /** The next run of characters without white space, brackets and quotes; empty when there is none. */
  word(): string {
    const start = this.nextPosition();
    this.#position = firstIndex(wordEnd, this.#text, start);
    return this.#text.slice(start, this.#position);
  }

  /** Takes the next word if it is `keyword` in any case. */
  takeKeyword(keyword: string): boolean {
    const start = this.#position;
    if (this.word().toLowerCase() === keyword) return true;
    this.#position = start;
    return false;
  }

  /** Whether what follows can only come after a complete term. */
  atEndOfTerm(): boolean {
    const start = this.#position;
    const word = this.word().toLowerCase();
    this.#position = start;
    if (word !== '') return word === 'and' || word === 'or';
    return ['', ')', ']'].includes(this.peek());
  }

  /** A JSON string, escapes decoded. Call it when `peek()` is a quote. */
  quoted(): string {
    const start = this.#position;
    this.#position = this.#endOfString(start);
    try {
      return JSON.parse(this.#text.slice(start, this.#position)) as string;
    } catch {
      throw this.failure('the value is not a valid JSON string', start);
    }
  }

  #endOfString(start: number): number {
    stringEnd.lastIndex = start + 1;
    for (let match = stringEnd.exec(this.#text); match !== null; match = stringEnd.exec(this.#text)) {
      if (match[0] === '"') return stringEnd.lastIndex;
    }
    throw this.failure('the quoted value has no end', start);
  }

  failure(problem: string, position = this.#position): ScimError {
    const where = position >= this.#text.length ? 'at its end' : `at character ${position + 1}`;
    return ScimError.badRequest('invalidFilter', `Invalid filter: ${problem}, ${where}.`);
  }
}

function firstIndex(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

import { bad } from '../state/refusals.js';
import type { Attribute } from '../schema/attribute.js';
import type { ResourceType } from '../schema/schemas.js';
import type { AttributePath } from './attribute-path.js';
import { attributePath, pathBelow } from './attribute-path.js';
import type { Comparable, Filter, Operator } from './filter.js';
import { operators } from './filter.js';
import type { Token } from './tokens.js';
import { tokensOf } from './tokens.js';

/** @throws {ScimRefusal} 400 invalidFilter */
export function parseFilter(type: ResourceType, text: string): Filter {
  return new FilterParser(text, (name) => attributePath(type, name)).whole();
}

/** What stands in the brackets of `emails[…]`: names are those of its elements. @throws {ScimRefusal} as above */
export function parseElementFilter(attribute: Attribute, text: string): Filter {
  return new FilterParser(text, (name) => pathBelow(attribute, name)).whole();
}

type Resolve = (name: string) => AttributePath | undefined;

/** Grouping before `not`, `not` before `and`, `and` before `or`. */
class FilterParser {
  readonly #tokens: readonly Token[];
  #resolve: Resolve;
  #at = 0;

  constructor(text: string, resolve: Resolve) {
    const tokens = tokensOf(text);
    if (tokens === undefined || tokens.length === 0) throw invalid('it cannot be read');
    this.#tokens = tokens;
    this.#resolve = resolve;
  }

  whole(): Filter {
    const filter = this.#or();
    if (this.#at < this.#tokens.length) throw invalid(`unexpected ${this.#peek() ?? ''}`);
    return filter;
  }

  #or(): Filter {
    let left = this.#and();
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Filter {
    let left = this.#term();
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#term() };
    return left;
  }

  #term(): Filter {
    if (this.#takeWord('not')) {
      this.#require('(');
      return { kind: 'not', inner: this.#closed(')') };
    }
    if (this.#take('(')) return this.#closed(')');
    const path = this.#path();
    if (this.#take('[')) return this.#element(path);
    if (this.#takeWord('pr')) return { kind: 'present', path };
    return this.#comparison(path);
  }

  #element(path: AttributePath): Filter {
    const attribute = path.at(-1);
    if (attribute?.type !== 'complex' || path.length > 1) throw invalid('brackets follow a complex attribute only');
    const outer = this.#resolve;
    this.#resolve = (name) => pathBelow(attribute, name);
    const inner = this.#closed(']');
    this.#resolve = outer;
    return { kind: 'element', attribute, inner };
  }

  #comparison(given: AttributePath): Filter {
    const word = this.#next()?.text.toLowerCase();
    const operator = operators.find((each) => each === word);
    if (operator === undefined) throw invalid(`${word ?? 'nothing'} is no operator`);
    const path = withValue(given);
    const value = comparable(this.#next());
    requireFitting(path, operator);
    return { kind: 'compare', path, operator, value };
  }

  #path(): AttributePath {
    const token = this.#next();
    const path = token === undefined ? undefined : this.#resolve(token.text);
    if (path === undefined) throw invalid(`${token?.text ?? 'nothing'} is no attribute`);
    return path;
  }

  #closed(sign: ')' | ']'): Filter {
    const inner = this.#or();
    this.#require(sign);
    return inner;
  }

  #next(): Token | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]?.text;
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    const isThere = token?.kind === 'sign' && token.text === sign;
    if (isThere) this.#at += 1;
    return isThere;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    const isThere = token?.kind === 'word' && token.text.toLowerCase() === word;
    if (isThere) this.#at += 1;
    return isThere;
  }

  #require(sign: string): void {
    if (!this.#take(sign)) throw invalid(`${sign} is missing`);
  }
}

/** A complex attribute is compared by its value (RFC 7644 §3.4.2.2). */
function withValue(path: AttributePath): AttributePath {
  const last = path.at(-1);
  if (last?.type !== 'complex') return path;
  const value = pathBelow(last, 'value');
  if (value === undefined) throw invalid(`${last.name} has no value to compare`);
  return [...path, ...value];
}

function comparable(token: Token | undefined): Comparable {
  try {
    const value: unknown = JSON.parse(token?.text ?? '');
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Comparable;
  } catch {
    // Said below, in the words of the protocol.
  }
  throw invalid(`${token?.text ?? 'nothing'} is no value`);
}

function requireFitting(path: AttributePath, operator: Operator): void {
  const isOrdering = ['gt', 'ge', 'lt', 'le'].includes(operator);
  const type = path.at(-1)?.type;
  if (isOrdering && (type === 'boolean' || type === 'binary')) throw invalid(`${operator} is not for a ${type}`);
}

function invalid(why: string) {
  return bad('invalidFilter', `The filter is not valid: ${why}.`);
}

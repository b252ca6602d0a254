import {
  compareOperators,
  type AttributePath,
  type CompareOperator,
  type CompareValue,
  type Filter,
} from '../../model/filter.js';
import { ScimError } from '../scim-error.js';
import { refusalOf } from './filter-rules.js';
import { FilterScanner } from './filter-scanner.js';
import { parseAttributePath } from './parse-attribute-path.js';

/** What one filter may cost. Identity providers send one to three terms. */
const limits = { bytes: 8192, depth: 64, terms: 256 };

/**
 * Reads a filter (RFC 7644 §3.4.2.2): operators in any case, `not`, grouping, `and` before `or`, value paths, names
 * qualified by a URN, values as JSON.
 *
 * Beyond the grammar it takes what clients send: values without quotes (`userName eq ann@acme.test`) and comparisons
 * after a value path (`emails[type eq "work"].value eq "x"`), which must hold for one and the same element. An unknown
 * attribute is not an error: it matches nothing.
 *
 * @throws {ScimError} 400 `invalidFilter`, saying where, for everything else: never an unfiltered list.
 */
export function parseFilter(text: string): Filter {
  if (Buffer.byteLength(text) > limits.bytes) {
    throw ScimError.badRequest('invalidFilter', `The filter is longer than ${limits.bytes} bytes.`);
  }
  return new FilterParser(text).whole();
}

/** Reads the part between the brackets of a value path, whose names are relative to `owner`. */
export function parseValueFilter(text: string, owner: AttributePath): Filter {
  if (Buffer.byteLength(text) > limits.bytes) {
    throw ScimError.badRequest('invalidFilter', `The filter in the path is longer than ${limits.bytes} bytes.`);
  }
  return new FilterParser(text, owner).whole();
}

/** Recursive descent; the depth limit keeps the recursion shallow, and `and`/`or` chains do not recurse. */
class FilterParser {
  readonly #scanner: FilterScanner;
  /** The attribute whose brackets we are in. */
  #owner: AttributePath | undefined;
  #depth = 0;
  #terms = 0;

  constructor(text: string, owner?: AttributePath) {
    this.#scanner = new FilterScanner(text);
    this.#owner = owner;
  }

  whole(): Filter {
    if (this.#scanner.peek() === '') throw this.#scanner.failure('it is empty');
    const filter = this.#alternatives();
    if (this.#scanner.peek() !== '') throw this.#scanner.failure('expected "and", "or" or the end');
    return filter;
  }

  #alternatives(): Filter {
    const filters = [this.#conjunction()];
    while (this.#scanner.takeKeyword('or')) filters.push(this.#conjunction());
    return combined('or', filters);
  }

  #conjunction(): Filter {
    const filters = [this.#factor()];
    while (this.#scanner.takeKeyword('and')) filters.push(this.#factor());
    return combined('and', filters);
  }

  #factor(): Filter {
    if (this.#scanner.takeKeyword('not')) {
      if (this.#scanner.peek() !== '(') throw this.#scanner.failure('expected "(" after "not"');
      return { kind: 'not', filter: this.#factor() };
    }
    return this.#scanner.take('(') ? this.#nested(')') : this.#term();
  }

  #nested(close: ')' | ']'): Filter {
    this.#depth += 1;
    if (this.#depth > limits.depth) throw this.#scanner.failure(`it is nested deeper than ${limits.depth} levels`);
    const filter = this.#alternatives();
    if (!this.#scanner.take(close)) throw this.#scanner.failure(`expected "${close}"`);
    this.#depth -= 1;
    return filter;
  }

  #term(): Filter {
    this.#terms += 1;
    if (this.#terms > limits.terms) throw this.#scanner.failure(`it has more than ${limits.terms} terms`);
    const path = this.#path();
    return this.#scanner.take('[', true) ? this.#valuePath(path) : this.#comparison(path);
  }

  #valuePath(path: AttributePath): Filter {
    if (this.#owner !== undefined) throw this.#scanner.failure('value paths cannot be nested');
    this.#owner = path;
    const selection = this.#nested(']');
    const comparison = this.#comparisonOfElement();
    this.#owner = undefined;
    const filter = comparison === undefined ? selection : combined('and', [selection, comparison]);
    return { kind: 'valuePath', path, filter };
  }

  /** `.value eq "x"`, or just `eq "x"`, after the brackets. */
  #comparisonOfElement(): Filter | undefined {
    if (this.#scanner.take('.', true)) return this.#comparison(this.#path());
    if (this.#scanner.atEndOfTerm()) return undefined;
    return this.#comparison({ attribute: 'value' });
  }

  #path(): AttributePath {
    const start = this.#scanner.nextPosition();
    const word = this.#scanner.word();
    if (word === '') throw this.#scanner.failure('expected an attribute name');
    const path = parseAttributePath(word);
    if (path === undefined) throw this.#scanner.failure('the attribute name is malformed', start);
    if (this.#owner !== undefined && (path.schema ?? path.subAttribute) !== undefined) {
      throw this.#scanner.failure('within brackets only sub-attributes can be named', start);
    }
    return path;
  }

  #comparison(path: AttributePath): Filter {
    const start = this.#scanner.nextPosition();
    const operator = this.#scanner.word().toLowerCase();
    if (operator === '') throw this.#scanner.failure('expected an operator after the attribute name');
    if (operator !== 'pr' && !isCompareOperator(operator)) throw this.#scanner.failure('unknown operator', start);
    const value = operator === 'pr' ? undefined : this.#value();
    const refusal = refusalOf(path, this.#owner, operator, value);
    if (refusal !== undefined) throw this.#scanner.failure(refusal, start);
    if (operator === 'pr' || value === undefined) return { kind: 'present', path };
    return { kind: 'compare', path, operator, value };
  }

  #value(): CompareValue {
    if (this.#scanner.peek() === '"') return this.#scanner.quoted();
    const start = this.#scanner.nextPosition();
    const word = this.#scanner.word();
    if (word === '' || /^(and|or)$/i.test(word)) throw this.#scanner.failure('expected a value', start);
    return literal(word);
  }
}

function combined(kind: 'and' | 'or', filters: readonly Filter[]): Filter {
  const [only, second] = filters;
  return only !== undefined && second === undefined ? only : { kind, filters };
}

function isCompareOperator(word: string): word is CompareOperator {
  return (compareOperators as readonly string[]).includes(word);
}

/** A value without quotes. Digits that a number would not give back as they are (`007`, `1e5`) are an id: text. */
function literal(word: string): CompareValue {
  if (/^true$/i.test(word)) return true;
  if (/^false$/i.test(word)) return false;
  if (/^null$/i.test(word)) return null;
  return String(Number(word)) === word && Number.isFinite(Number(word)) ? Number(word) : word;
}

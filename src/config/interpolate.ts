import { readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from './error-code.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Raised for one reference; its message names the variable or file, never a value. */
export class InterpolationError extends Error {
  override readonly name = 'InterpolationError';
}

/**
 * Resolves the references of one file: `${NAME}`, `${NAME:-default}` and `${file:/run/secrets/name}`; `$${` is a
 * literal `${`.
 *
 * They are hidden from the YAML parser behind placeholders, because braces mean something in `{ token: ${TOKEN} }`,
 * and because a value must never be able to add structure to the file it is put into.
 */
export class Interpolation {
  readonly #env: Environment;
  readonly #folder: string;
  readonly #references: string[] = [];

  /** @param folder what a relative `${file:…}` is relative to: the folder of the configuration file. */
  constructor(env: Environment, folder: string) {
    this.#env = env;
    this.#folder = folder;
  }

  /** The text with every reference replaced by a placeholder; lines stay where they are. */
  hide(text: string): string {
    return text.replace(/\$?\$\{[^}\n]*\}/g, (reference) => {
      this.#references.push(reference);
      return `\uE000${String(this.#references.length - 1)}\uE001`;
    });
  }

  /**
   * A string leaf with its placeholders replaced by what they refer to. Values are taken as they are, never looked
   * through for further references.
   *
   * @throws {InterpolationError}
   */
  resolve(text: string): string {
    return this.#replace(text, (reference) => this.#valueOf(reference));
  }

  /** The text as it was written: for keys, which are not interpolated. */
  reveal(text: string): string {
    return this.#replace(text, (reference) => reference);
  }

  #replace(text: string, by: (reference: string) => string): string {
    return text.replace(/\uE000(\d+)\uE001/g, (placeholder, index: string) => {
      const reference = this.#references[Number(index)];
      return reference === undefined ? placeholder : by(reference);
    });
  }

  #valueOf(reference: string): string {
    if (reference.startsWith('$$')) return reference.slice(1);
    const expression = reference.slice(2, -1);
    if (expression.startsWith('file:')) return this.#fileContent(expression.slice('file:'.length));

    const [, name, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/.exec(expression) ?? [];
    if (name === undefined) {
      throw new InterpolationError('a reference is written ${NAME}, ${NAME:-default} or ${file:/path}');
    }
    const value = this.#env[name];
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) throw new InterpolationError(`the environment variable ${name} is not set`);
    return value;
  }

  #fileContent(file: string): string {
    try {
      // One newline at the end is the editor's, not the secret's.
      return readFileSync(path.resolve(this.#folder, file), 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      throw new InterpolationError(`the file ${file} cannot be read (${errorCode(error)})`);
    }
  }
}

/** Attributes by their canonical names, unassigned ones absent; an extension is an object under its URN. */
export type Document = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7643 §2.5: null, an empty list and nothing at all are one state. */
export function isUnassigned(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || (isObject(value) && Object.keys(value).length === 0);
}

/** The document with an attribute set, or without it when the value is none. */
export function withAttribute(document: Document, name: string, value: unknown): Document {
  if (!isUnassigned(value)) return { ...document, [name]: value };
  return Object.fromEntries(Object.entries(document).filter(([each]) => each !== name));
}

/** Whether two values are the same, whatever the order of their attributes; the order of a list counts. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, held]) => [name, sorted(held)]),
  );
}

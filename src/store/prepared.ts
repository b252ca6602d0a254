import { sql, type Compilable, type CompiledQuery, type Kysely, type QueryCreator, type RawBuilder } from 'kysely';
import { engineOf, type Engine } from './engine.js';
import type { Tables } from './tables.js';

/** What can stand for a placeholder. A list is for `engine.listed`. */
type BoundValue = string | number | null | readonly (string | number)[];

/** A query of one shape with different values: built and compiled once for each store, not for each request. */
export interface Prepared<Values extends object, Row> {
  all(db: Kysely<Tables>, values: Values): Promise<readonly Row[]>;
  first(db: Kysely<Tables>, values: Values): Promise<Row | undefined>;
  /** For a statement whose rows, if it has any, are of no interest. */
  run(db: Kysely<Tables>, values: Values): Promise<void>;
}

/** Stands in the query for the value of that name. */
export type Placeholders<Values extends object> = <Name extends keyof Values & string>(
  name: Name,
) => RawBuilder<Values[Name]>;

/**
 * Prepares a query. Compiling one with Kysely takes longer than running it against a warm index, so what each request
 * asks is compiled the first time and afterwards only given its values.
 *
 * `build` must make the same query each time: it sees placeholders, never values.
 */
export function prepared<Values extends object, Row>(
  build: (db: QueryCreator<Tables>, value: Placeholders<Values>, engine: Engine) => Compilable<Row>,
): Prepared<Values, Row> {
  const shapes = new WeakMap<object, Shape>();

  function shapeFor(db: Kysely<Tables>): Shape {
    const { adapter } = db.getExecutor(); // one for each store, shared by its transactions
    const known = shapes.get(adapter);
    if (known !== undefined) return known;
    const engine = engineOf(db);
    const value: Placeholders<Values> = (name) => sql`${new Placeholder(name)}`;
    const shape = { query: build(db, value, engine).compile(), engine };
    shapes.set(adapter, shape);
    return shape;
  }

  async function all(db: Kysely<Tables>, values: Values): Promise<readonly Row[]> {
    const shape = shapeFor(db);
    const query = bound(shape, values);
    const rows = shape.engine.rowsNow(db, query) ?? (await db.executeQuery(query)).rows;
    return rows as readonly Row[];
  }

  return {
    all,
    first: async (db, values) => (await all(db, values))[0],
    run: async (db, values) => {
      await all(db, values);
    },
  };
}

class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

interface Shape {
  readonly query: CompiledQuery;
  readonly engine: Engine;
}

function bound({ query, engine }: Shape, values: object): CompiledQuery {
  const given = values as Readonly<Record<string, BoundValue>>;
  const parameters = query.parameters.map((parameter) => {
    if (!(parameter instanceof Placeholder)) return parameter;
    const value = given[parameter.name];
    if (value === undefined) throw new Error(`no value for ${parameter.name}`);
    return Array.isArray(value) ? engine.list(value) : value;
  });
  return { sql: query.sql, query: query.query, queryId: query.queryId, parameters };
}

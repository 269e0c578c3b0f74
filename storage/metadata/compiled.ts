import type { CompiledQuery } from 'kysely';
import type { Queries } from './database.ts';

/**
 * A query whose text is made once for each database, for the few that every request for a part of a file asks: building and compiling it
 * costs three times what SQLite needs to answer it. `build` is called with values that stand for those of `first`, in the order in which
 * they stand in the text.
 */
export function compiledOnce<Values extends readonly unknown[], Result>(
  build: (queries: Queries, ...values: Values) => { compile(): CompiledQuery<Result> },
): (queries: Queries, ...values: Values) => Promise<Result | undefined> {
  const texts = new WeakMap<object, CompiledQuery<Result>>();
  return async (queries, ...values) => {
    const { adapter } = queries.getExecutor();
    let text = texts.get(adapter);
    if (!text) {
      text = build(queries, ...values).compile();
      if (text.parameters.length !== values.length || text.parameters.some((value, at) => value !== values[at])) throw new Error('values must stand in the order of the text');
      texts.set(adapter, text);
    }
    const { rows } = await queries.executeQuery<Result>({ ...text, parameters: values } as CompiledQuery<Result>);
    return rows[0];
  };
}

import { type DatabaseIntrospector, type Kysely, sql, type TableMetadata } from 'kysely';

/**
 * Names of the tables in the connection's own schema, which is what the migrator asks for. Kysely's introspector reads every schema of the
 * database, and fails when one of them is being dropped.
 */
export function tablesOfSchema(db: Kysely<unknown>): DatabaseIntrospector {
  const getTables = async (): Promise<TableMetadata[]> => {
    const { rows } = await sql<{ name: string; schema: string }>`
      select relname::text as name, current_schema()::text as schema from pg_class
      where relkind in ('r', 'p') and relnamespace = (select oid from pg_namespace where nspname = current_schema())`.execute(db);
    return rows.map(({ name, schema }) => ({ name, schema, isView: false, columns: [] }));
  };
  return {
    getTables,
    getMetadata: async () => ({ tables: await getTables() }),
    getSchemas: async () => (await sql<{ name: string }>`select nspname::text as name from pg_namespace`.execute(db)).rows,
  };
}

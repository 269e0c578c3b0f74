import {
  type AlterColumnNode,
  type BinaryOperationNode,
  type ColumnDefinitionNode,
  type DatabaseIntrospector,
  DataTypeNode,
  type Kysely,
  type OperationNode,
  PostgresAdapter,
  PostgresDialect,
  type PostgresPool,
  PostgresQueryCompiler,
  type QueryCompiler,
  RawNode,
} from 'kysely';
import type { Queries } from './database.ts';
import { tablesOfSchema } from './postgres-tables.ts';
import { ofNothing, specialList } from './value-lists.ts';

/**
 * A column of the migrations as PostgreSQL must have it to behave as on SQLite: text compares by its bytes whatever the database's
 * collation, whole numbers have 64 bits, real ones are double.
 */
function columnType<T extends OperationNode>(type: T): OperationNode {
  if (!DataTypeNode.is(type)) return type;
  if (type.dataType === 'text') return RawNode.createWithSql('text collate "C"');
  if (type.dataType === 'integer') return DataTypeNode.create('bigint');
  return type.dataType === 'real' ? DataTypeNode.create('double precision') : type;
}

class LibraryCompiler extends PostgresQueryCompiler {
  protected override visitColumnDefinition(node: ColumnDefinitionNode): void {
    super.visitColumnDefinition({ ...node, dataType: columnType(node.dataType) as ColumnDefinitionNode['dataType'] });
  }

  protected override visitAlterColumn(node: AlterColumnNode): void {
    super.visitAlterColumn(node.dataType ? { ...node, dataType: columnType(node.dataType) as AlterColumnNode['dataType'] } : node);
  }

  protected override visitBinaryOperation(node: BinaryOperationNode): void {
    const special = specialList(node);
    if (!special) return super.visitBinaryOperation(node);
    const { operator, list } = special;
    if (list.length === 0) return this.append(ofNothing(operator));
    this.visitNode(node.leftOperand);
    this.append(operator === 'in' ? ' = any(' : ' <> all(');
    this.appendValue(list);
    this.append(')');
  }
}

export class LibraryPostgresDialect extends PostgresDialect {
  constructor(pool: PostgresPool) {
    super({ pool });
  }

  override createQueryCompiler(): QueryCompiler {
    return new LibraryCompiler();
  }

  override createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return tablesOfSchema(db);
  }
}

/** For the few statements that the databases do not share. */
export const onPostgres = (queries: Queries): boolean => queries.getExecutor().adapter instanceof PostgresAdapter;

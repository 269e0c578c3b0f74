import { type BinaryOperationNode, OperatorNode, PrimitiveValueListNode } from 'kysely';

/**
 * Longer lists are bound as one value: SQLite binds 32,766 at most, PostgreSQL 65,535, and every length would be another statement, whose text
 * takes longer to make than two hundred rows take to be found.
 */
const longest = 100;

export type ListOperation = { operator: 'in' | 'not in'; list: readonly unknown[] };

/** `x in (…)` whose list SQL has no good words for: the empty one (a fault of syntax in PostgreSQL) and the long one. Null: any other. */
export function specialList({ operator, rightOperand }: BinaryOperationNode): ListOperation | null {
  if (!OperatorNode.is(operator) || !PrimitiveValueListNode.is(rightOperand)) return null;
  const word = operator.operator;
  if (word !== 'in' && word !== 'not in') return null;
  const { values } = rightOperand;
  return values.length === 0 || values.length > longest ? { operator: word, list: values } : null;
}

/** Nothing is in the empty list, and everything is not in it. */
export const ofNothing = (operator: ListOperation['operator']): string => (operator === 'in' ? '1 = 0' : '1 = 1');

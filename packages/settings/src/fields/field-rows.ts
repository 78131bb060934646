import type { EnvironmentRow } from '../environment-row.js';
import type { ValueType } from '../value-types.js';
import type { Field, Fields, FieldType, FieldVariable } from './field.js';

/** The variables of a table, as rows to read and to document, in the table's order. */
export function fieldRows(table: Fields): readonly EnvironmentRow[] {
  return Object.entries(table).flatMap(([option, field]) =>
    Object.entries(field.variables ?? {}).map(([name, variable]) => fieldRow(name, option, field, variable)),
  );
}

/** The row of one variable. */
export function fieldRow(name: string, option: string, field: Field, given: string | FieldVariable): EnvironmentRow {
  const variable: FieldVariable = typeof given === 'string' ? { help: given } : given;
  const { type = valueTypeFor(field), words = wordsOf(field), path, help } = variable;
  const isAllowed =
    variable.isAllowed ?? (type === 'string' ? (field.isRight as EnvironmentRow['isAllowed']) : undefined);
  return {
    name,
    sets: option,
    type,
    ...(words === undefined ? {} : { choices: words }),
    ...(path === undefined ? {} : { path }),
    ...(isAllowed === undefined ? {} : { isAllowed, allowed: variable.allowed ?? field.advice?.replace(/^give /, '') }),
    defaultText: variable.default ?? defaultText(field, type),
    description: help,
  };
}

function valueTypeFor({ type, min }: Field): ValueType {
  return type === 'count' && min === 0 ? 'count' : (valueTypeOf[type] ?? 'string');
}

const valueTypeOf: { readonly [T in FieldType]?: ValueType } = {
  boolean: 'boolean',
  string: 'string',
  milliseconds: 'milliseconds',
  port: 'port',
  count: 'whole number',
  ratio: 'ratio',
  number: 'number',
  choice: 'choice',
  list: 'names',
  strings: 'attributes',
};

function wordsOf({ type, choices }: Field): Readonly<Record<string, string>> | undefined {
  if (choices === undefined || (type !== 'choice' && type !== 'list')) return undefined;
  return Object.fromEntries(choices.map((choice) => [choice, String(choice)]));
}

function defaultText({ default: value }: Field, type: ValueType): string {
  if (value === undefined) return 'none';
  if (type === 'seconds') return String(Number(value) / 1000);
  return Array.isArray(value) ? value.join(', ') : String(value);
}

import type { EnvironmentRow } from '../environment-row.js';
import type { ValueType } from '../value-types.js';
import type { Field, Fields, FieldType, FieldVariable } from './field.js';

/** The variables of a table, as rows to read and to document, in the table's order. */
export function fieldRows(table: Fields): readonly EnvironmentRow[] {
  return Object.entries(table).flatMap(([option, field]) => Object.values<EnvironmentRow>(rowsOf(option, field)));
}

/** The variables of one option by their names, as rows to read one by one. */
export function rowsOf<const F extends Field>(option: string, field: F): RowsOf<F> {
  const variables: Readonly<Record<string, string | FieldVariable>> = field.variables ?? {};
  const rows = Object.entries(variables).map(([name, variable]) => [name, fieldRow(name, option, field, variable)]);
  return Object.fromEntries(rows) as RowsOf<F>;
}

export type RowsOf<F extends Field> = {
  readonly [Name in keyof F['variables'] & string]: EnvironmentRow<VariableType<F, F['variables'][Name]>>;
};

type VariableType<F extends Field, Variable> = Variable extends { readonly type: infer T extends ValueType }
  ? T
  : F['type'] extends keyof typeof valueTypeOf
    ? (typeof valueTypeOf)[F['type']]
    : 'string';

/** The row of one variable. */
export function fieldRow(name: string, option: string, field: Field, given: string | FieldVariable): EnvironmentRow {
  const variable: FieldVariable = typeof given === 'string' ? { help: given } : given;
  const { type = valueTypeFor(field), words = wordsOf(field), path, toOption, help } = variable;
  const isText = type === 'string' && (field.type === 'text' || field.isRight !== undefined);
  const isAllowed = variable.isAllowed ?? (isText ? (field.isRight as EnvironmentRow['isAllowed']) : undefined);
  const allowed = variable.allowed ?? (isText ? field.advice?.replace(/^give /, '') : undefined);
  return {
    name,
    sets: option,
    type,
    ...(words === undefined ? {} : { choices: words }),
    ...(path === undefined ? {} : { path }),
    ...(toOption === undefined ? {} : { toOption }),
    ...(isAllowed === undefined ? {} : { isAllowed }),
    ...(allowed === undefined ? {} : { allowed }),
    defaultText: variable.default ?? defaultText(field, type),
    description: help,
  };
}

function valueTypeFor({ type, min }: Field): ValueType {
  const known: { readonly [T in FieldType]?: ValueType } = valueTypeOf;
  return type === 'count' && min === 0 ? 'count' : (known[type] ?? 'string');
}

const valueTypeOf = {
  boolean: 'boolean',
  string: 'string',
  text: 'string',
  milliseconds: 'milliseconds',
  port: 'port',
  count: 'whole number',
  ratio: 'ratio',
  number: 'number',
  choice: 'choice',
  list: 'names',
  strings: 'attributes',
} as const;

function wordsOf({ type, choices }: Field): Readonly<Record<string, string>> | undefined {
  if (choices === undefined || (type !== 'choice' && type !== 'list')) return undefined;
  return Object.fromEntries(choices.map((choice) => [choice, String(choice)]));
}

function defaultText({ default: value }: Field, type: ValueType): string {
  if (value === undefined) return 'none';
  if (type === 'seconds') return String(Number(value) / 1000);
  return Array.isArray(value) ? value.join(', ') : String(value);
}

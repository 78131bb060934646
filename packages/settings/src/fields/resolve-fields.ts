import { hasNamedMembers, isObject, isRecord, valueText } from '@sightline/base';
import { quotedSetting } from '@sightline/base/secrets';
import { unknownNames } from '../unknown-names.js';
import type { Field, Fields, ResolvedOf } from './field.js';
import { fieldKinds, hasMethods, memberKinds } from './field-kinds.js';

/**
 * Fills in the defaults of a table, for `undefined` only: `null` is refused. Throws an `Error` for the first wrong option, which says
 * what to change.
 * @param taker what the options are given to, such as `statsdBackend`: then options that are not in the table are refused, too
 */
export function resolveFields<Table extends Fields>(
  subject: string,
  table: Table,
  options: Readonly<Record<string, unknown>> | object,
  taker?: string,
  inside = '',
): ResolvedOf<Table> {
  const { resolved, problems } = readFields(table, options, inside);
  const texts = problems.map(({ text }) => text);
  if (texts.length === 0 && taker !== undefined) texts.push(...unknownNames(taker, options, Object.keys(table)));
  if (texts.length > 0) throw new Error(`[${subject}] ${texts[0]}`);
  return resolved;
}

/** An option that is wrong, and a sentence that says so and what to change. */
export interface FieldProblem {
  readonly option: string;
  readonly text: string;
}

/** Like `resolveFields`, but finds every wrong option and throws nothing. Wrong options are left out. */
export function readFields<Table extends Fields>(
  table: Table,
  options: unknown,
  inside = '',
): { readonly resolved: ResolvedOf<Table>; readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const isReadable = hasNamedMembers<object>(options);
  if (!isReadable)
    problems.push({ option: '', text: `The options are ${shown('options', options)}: give a plain object.` });
  const resolved: Record<string, unknown> = {};
  for (const [option, field] of Object.entries(table)) {
    const name = `${inside}${option}`;
    try {
      const given: unknown = isReadable ? Reflect.get(options, option) : undefined;
      const value = given === undefined ? field.default : given;
      const wrong = value === undefined ? missing(field, name) : wrongIn(field, name, value);
      if (wrong !== undefined) problems.push({ option, text: sentence(wrong) });
      else if (field.fields === undefined || !isRecord(value)) resolved[option] = value;
      else {
        const nested = readFields(field.fields, value, `${name}.`);
        const unknown = unknownNames(name, value, Object.keys(field.fields));
        const texts = [...nested.problems.map(({ text }) => text), ...unknown];
        problems.push(...texts.map((text) => ({ option, text })));
        resolved[option] = nested.resolved;
      }
    } catch {
      // A getter or a proxy that throws; what it throws may hold anything.
      problems.push({ option, text: `${name} cannot be read: ${adviceOf(field)}.` });
    }
  }
  return { resolved: resolved as ResolvedOf<Table>, problems };
}

/** Throws an `Error` unless `isRight`. It names the option, shows its value without secrets, and says what to do. */
export function checkOption(subject: string, isRight: boolean, name: string, value: unknown, advice: string): void {
  if (!isRight) throw new Error(`[${subject}] ${sentence({ name, value, advice })}`);
}

interface Wrong {
  /** The option, or a member of it. */
  readonly name: string;
  readonly value: unknown;
  readonly advice: string;
}

function sentence({ name, value, advice }: Wrong): string {
  return `${name} is ${shown(name, value)}: ${advice}.`;
}

/** An instance of a class, such as a logger, may hold secrets, so it is not shown. */
function shown(name: string, value: unknown): string {
  return isData(value) ? quotedSetting(name, value) : valueText(value);
}

function isData(value: unknown): boolean {
  if (!isObject(value)) return typeof value !== 'function';
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || prototype === Object.prototype || prototype === Array.prototype;
  } catch {
    return false; // a revoked proxy
  }
}

function missing(field: Field, name: string): Wrong | undefined {
  return field.required ? { name, value: undefined, advice: adviceOf(field) } : undefined;
}

function wrongIn(field: Field, name: string, value: unknown): Wrong | undefined {
  if (field.or?.some((each) => each === value)) return undefined;
  const wrong = { name, value, advice: adviceOf(field) };
  if (field.orObject && isRecord(value)) return hasMethods(value, field) ? undefined : wrong;
  if (field.orOne && !Array.isArray(value)) {
    return wrongIn({ ...field, orOne: false }, name, [value]) === undefined ? undefined : wrong;
  }
  const isOwnRight = field.isRight as ((value: unknown) => boolean) | undefined;
  if (value === null || !fieldKinds[field.type].isRight(value, field)) return wrong;
  const kind = memberKinds[field.type];
  for (const [key, member] of kind === undefined ? [] : membersOf(value)) {
    if (!kind?.isRight(member, field))
      return { name: `${name}[${key}]`, value: member, advice: kind?.advice(field) ?? '' };
  }
  return isOwnRight?.(value) === false ? wrong : undefined;
}

function adviceOf(field: Field): string {
  if (field.advice !== undefined) return field.advice;
  const others = (field.or ?? []).map((each) => (typeof each === 'string' ? `'${each}'` : String(each)));
  const advice = fieldKinds[field.type].advice(field);
  return others.length === 0 ? advice : `give ${others.join(', ')} or ${advice.replace(/^give /, '')}`;
}

function membersOf(value: unknown): ReadonlyArray<readonly [key: string, value: unknown]> {
  if (Array.isArray(value)) return value.map((each: unknown, i) => [String(i), each]);
  return Object.entries(Object(value)).map(([key, member]) => [quotedSetting('', key), member]);
}

import type { ValueType } from '../value-types.js';

/**
 * One option of a package: a row of its field table. It yields the option's type, check and default, its variables and its line in
 * the documentation. A table is an object literal `as const`, with the option's documentation, its default too, as a comment above it.
 */
export interface Field {
  readonly type: FieldType;
  /** The option's TypeScript type if `type` is not precise enough: `{} as Lookup`. Never read. */
  readonly as?: unknown;
  /** Used if no value is given. Without a default the option may stay undefined. */
  readonly default?: unknown;
  /** Whether the option must be given. */
  readonly required?: true | undefined;
  /** Further values that are right as they are, such as `false`. */
  readonly or?: readonly (string | number | boolean)[] | undefined;
  /** For the types `choice` and `list`. */
  readonly choices?: readonly (string | number)[] | undefined;
  /** For the types `choice` and `list`: whether an object is right too, such as a sampler instead of its name. It needs `methods`. */
  readonly orObject?: boolean | undefined;
  /** For the type `list`: whether one of its members alone is right too. */
  readonly orOne?: boolean | undefined;
  /** For the types `count`, `number` and `milliseconds`. Default: 1, but for a number. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** For objects: the methods that they need. */
  readonly methods?: readonly string[] | undefined;
  /** For the type `options`: the table of its members. */
  readonly fields?: Fields | undefined;
  /** Restricts the type further. */
  readonly isRight?: ((value: never) => boolean) | undefined;
  /** The same for each member of a list, or of named strings. */
  readonly isEach?: ((value: never) => boolean) | undefined;
  /** The remedy for a wrong value, after `port is 70000: `. Default: by type. */
  readonly advice?: string | undefined;
  /** Variables that set the option. The first one wins. A string is the `help` of a variable that needs nothing else. */
  readonly variables?: Readonly<Record<string, string | FieldVariable>> | undefined;
}

/** An environment variable that sets an option. */
export interface FieldVariable {
  /** How the variable is parsed. Default: by the field's type. */
  readonly type?: ValueType | undefined;
  /** For a choice: the option's value for each word. Default: every choice by its own name. */
  readonly words?: Readonly<Record<string, string>> | undefined;
  /** For the type `OTLP base address`: the path to append. */
  readonly path?: string | undefined;
  /** Restricts the type; `allowed` describes how, after "is not". Default: `isRight` of the field. */
  readonly isAllowed?: ((text: string) => boolean) | undefined;
  readonly allowed?: string | undefined;
  /** The option, made from the parsed value. Default: the value itself. */
  readonly toOption?: ((value: never) => unknown) | undefined;
  /** The default as the documentation shows it. Default: that of the field. */
  readonly default?: string | undefined;
  readonly help: string;
}

export type Fields = Readonly<Record<string, Field>>;

interface Types {
  boolean: boolean;
  string: string;
  /** A string with more than white space in it. */
  text: string;
  /** From 1 to the maximum time of a timer. */
  milliseconds: number;
  port: number;
  /** A whole number >= `min`. */
  count: number;
  /** From 0 to 1. */
  ratio: number;
  number: number;
  /** One of `choices`. */
  choice: string;
  /** Strings, of `choices` if there are any. */
  list: readonly string[];
  /** Named strings. */
  strings: Readonly<Record<string, string>>;
  /** Named strings, numbers or booleans, such as attributes of a resource. */
  values: Readonly<Record<string, string | number | boolean>>;
  /** The members that `fields` says, and no others. */
  options: object;
  function: (...args: never[]) => unknown;
  /** A plain object. Its owner may check it. */
  object: object;
  /** Any object with `methods`, such as a logger. */
  instance: object;
  any: unknown;
}

export type FieldType = keyof Types;

type ValueOf<F extends Field> = F extends { readonly as: infer V } ? V : TypeOf<F> | OthersOf<F>;

type TypeOf<F extends Field> = F extends { readonly type: 'choice'; readonly choices: readonly (infer C)[] }
  ? C
  : F extends { readonly type: 'options'; readonly fields: infer Table extends Fields }
    ? OptionsOf<Table>
    : Types[F['type']];

type OthersOf<F extends Field> = F extends { readonly or: readonly (infer V)[] } ? V : never;

type RequiredName<Table extends Fields> = {
  [Name in keyof Table]: Table[Name] extends { readonly required: true } ? Name : never;
}[keyof Table];

/** The options that a table declares. Each may be omitted, unless it is `required`. */
export type OptionsOf<Table extends Fields> = [RequiredName<Table>] extends [never]
  ? Optional<Table>
  : Optional<Omit<Table, RequiredName<Table>>> & Required<Pick<Table, RequiredName<Table>>>;

type Optional<Table extends Fields> = { -readonly [Name in keyof Table]?: ValueOf<Table[Name]> | undefined };
type Required<Table extends Fields> = { -readonly [Name in keyof Table]: ValueOf<Table[Name]> };

/** The same with defaults filled in. */
export type ResolvedOf<Table extends Fields> = {
  readonly [Name in keyof Table]: Table[Name] extends { readonly default: unknown } | { readonly required: true }
    ? ResolvedValueOf<Table[Name]>
    : ResolvedValueOf<Table[Name]> | undefined;
};

type ResolvedValueOf<F extends Field> = F extends { readonly as: infer V }
  ? V
  : F extends { readonly type: 'options'; readonly fields: infer Table extends Fields }
    ? ResolvedOf<Table> | OthersOf<F>
    : ValueOf<F>;

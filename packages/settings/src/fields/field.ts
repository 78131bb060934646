import type { ValueType } from '../value-types.js';

/**
 * One option of a package: a row of its field table. It yields the option's type, check and default, its variables and its line in
 * the documentation. A table is an object literal `as const`, with the option's documentation as a comment above it.
 */
export interface Field {
  readonly type: FieldType;
  /** The option's TypeScript type if `type` is not precise enough: `undefined as unknown as Lookup`. Never read. */
  readonly as?: unknown;
  /** Used if no value is given. Without a default the option may stay undefined. */
  readonly default?: unknown;
  /** For the types `choice` and `list`. */
  readonly choices?: readonly (string | number)[] | undefined;
  /** For the types `choice` and `list`: whether an object is allowed too, such as a sampler instead of its name. */
  readonly orObject?: boolean | undefined;
  /** For the type `list`: whether one of its members alone is allowed too. */
  readonly orOne?: boolean | undefined;
  /** For the type `count`. Default: 1. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Restricts the type further. */
  readonly isRight?: ((value: never) => boolean) | undefined;
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
  /** The default as the documentation shows it. Default: that of the field. */
  readonly default?: string | undefined;
  readonly help: string;
}

export type Fields = Readonly<Record<string, Field>>;

interface Types {
  boolean: boolean;
  string: string;
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
  function: (...args: never[]) => unknown;
  /** Its owner may check it. */
  object: object;
  any: unknown;
}

export type FieldType = keyof Types;

type ValueOf<F extends Field> = F extends { readonly as: infer V }
  ? V
  : F extends { readonly type: 'choice'; readonly choices: readonly (infer C)[] }
    ? C
    : Types[F['type']];

/** The options that a table declares. Each may be omitted. */
export type OptionsOf<Table extends Fields> = {
  -readonly [Name in keyof Table]?: ValueOf<Table[Name]> | undefined;
};

/** The same with defaults filled in. */
export type ResolvedOf<Table extends Fields> = {
  readonly [Name in keyof Table]: Table[Name] extends { readonly default: unknown }
    ? ValueOf<Table[Name]>
    : ValueOf<Table[Name]> | undefined;
};

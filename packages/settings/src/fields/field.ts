import type { ValueType } from '../value-types.js';

/**
 * One option of a package: a line of its field table, from which follow the option's type, check and default, the variables that set
 * it and its line in the documentation. A table is an object literal `as const`, with the option's documentation as a comment above it.
 */
export interface Field {
  readonly type: FieldType;
  /** The option's TypeScript type where `type` says too little: `undefined as unknown as Lookup`. Never read. */
  readonly as?: unknown;
  /** What is used if nothing is given. Without one the option may stay undefined. */
  readonly default?: unknown;
  /** Of the types `choice` and `list`. */
  readonly choices?: readonly (string | number)[] | undefined;
  /** Of the types `choice` and `list`: whether an object is right as well, such as a sampler instead of its name. */
  readonly orObject?: boolean | undefined;
  /** Of the type `count`. Default 1. */
  readonly least?: number | undefined;
  readonly most?: number | undefined;
  /** Narrows the type further. */
  readonly isRight?: ((value: never) => boolean) | undefined;
  /** What to do about a wrong value, after `port is 70000: `. Default: by type. */
  readonly advice?: string | undefined;
  /** Variables that set the option, the one that wins first; a string is the `help` of one that needs no more. */
  readonly variables?: Readonly<Record<string, string | FieldVariable>> | undefined;
}

/** An environment variable that sets an option. */
export interface FieldVariable {
  /** How its text is read. Default: by the field's type. */
  readonly type?: ValueType | undefined;
  /** Of a choice: the option's value for each word. Default: every choice by its own name. */
  readonly words?: Readonly<Record<string, string>> | undefined;
  /** Of the type `OTLP base address`: what is appended. */
  readonly path?: string | undefined;
  /** Narrows the type further; `allowed` says to what, after "is not". Default: `isRight` of the field. */
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
  /** From 1 to the longest time of a timer. */
  milliseconds: number;
  port: number;
  /** A whole number from `least` on. */
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
  /** Checked by its owner, if at all. */
  object: object;
  any: unknown;
}

export type FieldType = keyof Types;

type ValueOf<F extends Field> = F extends { readonly as: infer V }
  ? V
  : F extends { readonly type: 'choice'; readonly choices: readonly (infer C)[] }
    ? C
    : Types[F['type']];

/** The options that a table declares, each of which may be left out. */
export type OptionsOf<Table extends Fields> = {
  -readonly [Name in keyof Table]?: ValueOf<Table[Name]> | undefined;
};

/** The same with defaults filled in. */
export type ResolvedOf<Table extends Fields> = {
  readonly [Name in keyof Table]: Table[Name] extends { readonly default: unknown }
    ? ValueOf<Table[Name]>
    : ValueOf<Table[Name]> | undefined;
};

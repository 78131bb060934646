/** What is left out of lines beside what always is. */
export interface RedactOptions {
  /** Further keys that name secrets, at any depth: names in any spelling (`tax id` is `taxId` too), or expressions. */
  keys?: ReadonlyArray<string | RegExp> | undefined;
  /** Further places, from the fields of a call or a child: `order.note`, `items.*.serial`, `rows[0].name`. */
  paths?: readonly string[] | undefined;
  /** Keys that are no secrets although they look like one, or a function that decides it for each. */
  allow?: readonly string[] | ((key: string, value: unknown) => boolean) | undefined;
  /** What is written instead, or a function that makes it. Default: `[Redacted]`. */
  censor?: string | ((value: unknown, key: string) => unknown) | undefined;
  /** Further texts to replace inside of every value and message. */
  values?: readonly RegExp[] | undefined;
}

/** pino's, for a child: places beside what its parent hides. `remove` hides, too: the member stays, without its value. */
export type ChildRedaction =
  | readonly string[]
  | {
      readonly paths: readonly string[];
      readonly censor?: string | ((value: unknown, path: string[]) => unknown) | undefined;
      readonly remove?: boolean | undefined;
    };

export const defaultCensor = '[Redacted]';

import type { OptionsOf } from '@sightline/settings/fields';

type Allow = readonly string[] | ((key: string, value: unknown) => boolean);
type Censor = string | ((value: unknown, key: string) => unknown);

export const redactFields = {
  /** Further keys that name secrets, at any depth: names in any spelling (`tax id` is `taxId` too), or expressions. */
  keys: {
    type: 'list',
    as: [] as ReadonlyArray<string | RegExp>,
    isEach: (key: string | RegExp): boolean => typeof key === 'string' || key instanceof RegExp,
    advice: 'give a list of names and regular expressions',
  },
  /** Further places, from the fields of a call or a child: `order.note`, `items.*.serial`, `rows[0].name`. */
  paths: { type: 'list' },
  /** Keys that are no secrets although they look like one, or a function that decides it for each. */
  allow: {
    type: 'any',
    as: [] as Allow,
    isRight: (allow: Allow): boolean => typeof allow === 'function' || Array.isArray(allow),
    advice: 'give a list of keys, or a function',
  },
  /** What is written instead, or a function that makes it. Default: `[Redacted]`. */
  censor: {
    type: 'any',
    as: '' as Censor,
    isRight: (censor: Censor): boolean => ['string', 'function'].includes(typeof censor),
    advice: 'give a string, or a function that makes one',
  },
  /** Further texts to replace inside of every value and message. */
  values: {
    type: 'list',
    as: [] as readonly RegExp[],
    isEach: (value: RegExp): boolean => value instanceof RegExp,
    advice: 'give a list of regular expressions',
  },
} as const;

/** What is left out of lines beside what always is. */
export interface RedactOptions extends OptionsOf<typeof redactFields> {}

/** pino's, for a child: places beside what its parent hides. `remove` hides, too: the member stays, without its value. */
export type ChildRedaction =
  | readonly string[]
  | {
      readonly paths: readonly string[];
      readonly censor?: string | ((value: unknown, path: string[]) => unknown) | undefined;
      readonly remove?: boolean | undefined;
    };

export const defaultCensor = '[Redacted]';

import { didYouMean, valueText } from '@sightline/base';
import { ApiError } from '../model/api.js';

/** A time that a question is about. */
export interface TimeWindow {
  readonly fromMs: number;
  /** `Infinity` for now: a sender whose clock is ahead is part of it. */
  readonly untilMs: number;
  /** `untilMs`, or the time of the question. */
  readonly endMs: number;
  readonly lengthMs: number;
  /** Whether the question says so. */
  readonly isGiven: boolean;
}

/** The parameters of a request, checked: one that the path does not have, or a value that it cannot take, is an `ApiError`. */
export class Parameters {
  readonly #path: string;
  readonly #given: URLSearchParams;

  /** @param names those that the path has; `label.<name>` is any that begins with `label.` */
  constructor(path: string, given: URLSearchParams, names: readonly string[]) {
    this.#path = path;
    this.#given = given;
    for (const name of new Set(given.keys())) {
      if (names.some((known) => known === name || (known.endsWith('.<name>') && name.startsWith(known.slice(0, -6))))) {
        continue;
      }
      const has = names.length === 0 ? 'It has none.' : `It has ${names.join(', ')}.`;
      throw wrong(`"${path}" has no parameter ${valueText(name)}.${didYouMean(name, names)} ${has}`);
    }
  }

  /** `undefined` if it is not given, or empty, as an empty field of a form is. */
  text(name: string): string | undefined {
    const values = this.#given.getAll(name);
    if (values.length > 1) throw wrong(`"${name}" of "${this.#path}" is given ${values.length} times. Give it once.`);
    const value = values[0];
    if (value !== undefined && value.length > MAX_LENGTH) {
      throw wrong(`"${name}" has ${value.length} characters. Give at most ${MAX_LENGTH}.`);
    }
    return value === '' ? undefined : value;
  }

  /** All values of a parameter that may come several times. */
  all(name: string): readonly string[] {
    const values = this.#given.getAll(name).filter((value) => value !== '');
    if (values.length > MAX_VALUES)
      throw wrong(`"${name}" is given ${values.length} times. Give it at most ${MAX_VALUES} times.`);
    return values;
  }

  /** By what follows the prefix. */
  withPrefix(prefix: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const [name, value] of this.#given) if (name.startsWith(prefix)) found.set(name.slice(prefix.length), value);
    return found;
  }

  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (Number.isFinite(number)) return number;
    throw wrong(`"${name}" must be a number, but got ${valueText(text)}.`);
  }

  /** A whole number of at least 1. */
  limit(byDefault: number, max: number): number {
    const text = this.text('limit');
    if (text === undefined) return byDefault;
    const limit = Number(text);
    if (Number.isInteger(limit) && limit >= 1 && limit <= max) return limit;
    throw wrong(`"limit" must be a whole number from 1 to ${max}, but got ${valueText(text)}.`);
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const choice = choices.find((each) => each === text);
    if (choice !== undefined) return choice;
    throw wrong(
      `"${name}" must be one of ${choices.join(', ')}, but got ${valueText(text)}.${didYouMean(text, choices)}`,
    );
  }

  /** `last` and `until`. */
  window(nowMs: number, byDefault = '15m'): TimeWindow {
    const last = this.text('last');
    const lengthMs = durationMs(last ?? byDefault);
    if (lengthMs === undefined) {
      throw wrong(`"last" must be a duration such as 90s, 15m or 1h, of at most 7d, but got ${valueText(last)}.`);
    }
    const until = this.number('until');
    if (until !== undefined && until < 0) throw wrong(`"until" must be Unix time in milliseconds, but got ${until}.`);
    const endMs = until ?? nowMs;
    return {
      fromMs: endMs - lengthMs,
      untilMs: until ?? Number.POSITIVE_INFINITY,
      endMs,
      lengthMs,
      isGiven: last !== undefined || until !== undefined,
    };
  }
}

export function wrong(message: string): ApiError {
  return new ApiError(400, message);
}

const MAX_LENGTH = 2000;
const MAX_VALUES = 50;

function durationMs(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d{1,10}(?:\.\d{1,6})?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(number) * (unitsMs.get(unit) ?? Number.NaN);
  return ms > 0 && ms <= MAX_WINDOW_MS ? ms : undefined;
}

const MAX_WINDOW_MS = 7 * 86_400_000;
const unitsMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

import { didYouMean, isRecord, valueText } from '@sightline/base';
import { ConfigurationError } from '@sightline/settings';

/** Collects what is wrong with a definition, so that all of it is reported together. */
export class Problems {
  readonly #found: string[] = [];

  add(sentence: string): void {
    this.#found.push(sentence);
  }

  /** Throws a `ConfigurationError` if there are any. */
  check(): void {
    if (this.#found.length > 0) throw new ConfigurationError([...new Set(this.#found)], 'ops');
  }

  /** Reports members that `known` does not have; JavaScript ignores a misspelt one silently. */
  unknownMembers(subject: string, value: object, known: readonly string[]): void {
    for (const name of Object.keys(value)) {
      if (!known.includes(name)) this.add(`${subject} has an unknown member "${name}".${didYouMean(name, known)}`);
    }
  }

  /** @returns the record, or an empty one after a report */
  record(subject: string, value: unknown): Record<string, unknown> {
    if (value === undefined) return {};
    if (isRecord(value) && !Array.isArray(value)) return value;
    this.add(`${subject} is ${valueText(value)}. Pass an object.`);
    return {};
  }

  /** @returns the list, or an empty one after a report */
  list(subject: string, value: unknown): readonly unknown[] {
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.add(`${subject} is ${valueText(value)}. Pass an array.`);
    return [];
  }

  /** @returns the text, which stands on one line, or `fallback`; without a fallback it is required */
  text(subject: string, value: unknown, fallback?: string): string {
    if (value === undefined && fallback !== undefined) return fallback;
    if (typeof value === 'string' && value.trim() !== '' && value.length <= 200 && !controls.test(value)) return value;
    this.add(`${subject} is ${valueText(value)}. Pass a text of 1 to 200 characters on one line.`);
    return fallback ?? '';
  }

  /** Reports a value that is given and no list of texts. */
  texts(subject: string, value: unknown): void {
    for (const each of this.list(subject, value)) {
      if (typeof each !== 'string') this.add(`${subject} has ${valueText(each)}. Pass texts.`);
    }
  }

  /** @returns the number, or `fallback` */
  number(subject: string, value: unknown, fallback: number, isRight: (value: number) => boolean, what: string): number {
    if (value === undefined) return fallback;
    if (typeof value === 'number' && Number.isFinite(value) && isRight(value)) return value;
    this.add(`${subject} is ${valueText(value)}. Pass ${what}.`);
    return fallback;
  }

  /** A number above 0 and below 1. */
  share(subject: string, value: unknown, fallback: number): number {
    return this.number(subject, value, fallback, (share) => share > 0 && share < 1, 'a share above 0 and below 1');
  }
}

const controls = /[\p{Cc}\u2028\u2029]/u;

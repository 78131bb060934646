import { maskedSetting } from '@sightline/base/secrets';

/** One effective setting, and where its value came from. */
export interface Setting {
  readonly name: string;
  readonly value: unknown;
  readonly source: string;
}

/** A possible value of a setting, with its source. */
export interface Candidate<T> {
  readonly value: T;
  /** `code`, `environment: METRICS_PORT`, `defaults` or `default`. */
  readonly source: string;
}

/** The effective settings, recorded while options are merged. */
export class Settings {
  readonly #list = new Map<string, Setting>();

  /** Picks the first candidate. */
  pick<T>(name: string, candidates: ReadonlyArray<Candidate<T> | undefined>, fallback: T): T {
    const picked = candidates.find((candidate) => candidate !== undefined) ?? { value: fallback, source: 'default' };
    this.set(name, picked.value, picked.source);
    return picked.value;
  }

  set(name: string, value: unknown, source: string): void {
    this.#list.set(name, { name, value, source });
  }

  forget(name: string): void {
    this.#list.delete(name);
  }

  get(name: string): Setting | undefined {
    return this.#list.get(name);
  }

  list(): readonly Setting[] {
    return [...this.#list.values()];
  }

  /** One line per setting, without secrets. */
  lines(): string[] {
    return this.list().map((setting) => describe(setting));
  }
}

/** `http.port = 9465 (environment: METRICS_PORT)` */
export function describe({ name, value, source }: Setting): string {
  return `${name} = ${maskedSetting(name, value)} (${source})`;
}

/** `value` as a candidate; `undefined` for no value. */
export function given<T>(value: T | undefined, source: string): Candidate<T> | undefined {
  return value === undefined ? undefined : { value, source };
}

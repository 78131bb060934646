import { maskedConfiguration, maskedSetting } from '@sightline/base/secrets';
import { asText } from './configuration-error.js';
import { allowedFor, type EnvironmentRow, leftOutOf, parsedValue } from './environment-row.js';
import { misspeltNames } from './misspelt-names.js';
import type { Candidate, Settings } from './settings.js';
import type { ValueOf, ValueType } from './value-types.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** Reads variables by their rows and keeps what was wrong with them. An empty variable counts as unset. */
export class EnvironmentReader {
  readonly #env: Env;
  readonly #problems = new Map<string, { readonly text: string; readonly settings: Set<string> }>();

  constructor(env: Env) {
    this.#env = env;
  }

  /** @param setting the name of the effective setting, for the warning */
  read<T extends ValueType>(row: EnvironmentRow<T>, setting: string): Candidate<ValueOf<T>> | undefined {
    const text = this.#env[row.name]?.trim();
    if (text === undefined || text === '') return undefined;
    const value = parsedValue(row, text);
    if (value !== undefined) {
      const leftOut = leftOutOf(row, text);
      if (leftOut !== undefined) this.#report(row.name, setting, leftOut);
      return { value, source: sourceOf(row.name) };
    }
    this.#report(row.name, setting, `is not ${allowedFor(row)}.${kubernetesHint(text)}`);
    return undefined;
  }

  readAll<T extends ValueType>(
    rows: readonly EnvironmentRow<T>[],
    setting: string,
  ): Array<Candidate<ValueOf<T>> | undefined> {
    return rows.map((row) => this.read(row, setting));
  }

  /** For what is wrong with a value although its type is right, such as a name that is not known. */
  reject(variable: string, setting: string, problem: string): void {
    this.#report(variable, setting, problem);
  }

  has(variable: string): boolean {
    return (this.#env[variable]?.trim() ?? '') !== '';
  }

  /** For variables that are right one by one but not together. */
  rejectTogether(variables: readonly string[], problem: string): void {
    const shown = variables.map(
      (variable) => `${variable}=${maskedSetting(variable, maskedConfiguration(this.#env[variable] ?? ''))}`,
    );
    this.#problems.set(variables.join(), { text: `${shown.join(', ')} ${problem}`, settings: new Set() });
  }

  /** Variables that are nearly called like one of ours, and those with our prefix that are not ours. */
  reportMisspelt(known: readonly string[]): void {
    for (const { variable, nearest } of misspeltNames(Object.keys(this.#env), known)) {
      if (!this.has(variable)) continue;
      const suggestion = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
      this.#problems.set(variable, { text: `${variable} is not known.${suggestion}`, settings: new Set() });
    }
  }

  /** What was wrong, one text each; with what is used instead, where something is. */
  problems(settings?: Settings): string[] {
    return [...this.#problems.values()].map(({ text, settings: names }) => {
      const used = [...names].flatMap((name) => settings?.get(name) ?? []);
      const parts = used.map(({ name, value, source }) =>
        used.length === 1 ? `${usedText(name, value)} (${source})` : `${name} = ${usedText(name, value)} (${source})`,
      );
      return parts.length === 0 ? text : `${text} Used instead: ${parts.join(', ')}.`;
    });
  }

  #report(variable: string, setting: string, problem: string): void {
    const key = `${variable} ${problem}`;
    const settings = this.#problems.get(key)?.settings ?? new Set();
    const text = maskedConfiguration(this.#env[variable] ?? '');
    const shown = maskedSetting(variable, text.length > 100 ? `${text.slice(0, 97)}...` : text);
    this.#problems.set(key, { text: `${variable}=${shown} ${problem}`, settings: settings.add(setting) });
  }
}

/**
 * The warning that holds all of them.
 * @param subject the package that warns, such as `sdk`
 */
export function environmentWarning(subject: string, problems: readonly string[]): string {
  return `[${subject}] ${asText('The environment has', problems)}`;
}

export function sourceOf(variable: string): string {
  return `environment: ${variable}`;
}

/** Kubernetes gives every container an address as <SERVICE>_PORT for each service of its namespace. */
function kubernetesHint(text: string): string {
  return /^(tcp|udp|sctp):\/\//.test(text)
    ? ' Kubernetes sets it so for a service of that name; `enableServiceLinks: false` in the pod turns that off.'
    : '';
}

/** Texts and numbers as they are, objects as `explain()` shows them. */
function usedText(name: string, value: unknown): string {
  if (value === undefined) return 'not set';
  return typeof value === 'object' ? maskedSetting(name, value) : String(value);
}

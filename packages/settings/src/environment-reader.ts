import { maskedConfiguration, maskedSetting } from '@sightline/base/secrets';
import { problemsMessage } from './configuration-error.js';
import { allowedFor, type EnvironmentRow, leftOutOf, parsedValue } from './environment-row.js';
import { type MisspeltNamesOptions, misspeltNames } from './misspelt-names.js';
import type { Candidate, Settings } from './settings.js';
import type { ValueOf, ValueType } from './value-types.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** Reads variables by their rows and collects the problems. An empty variable counts as unset. */
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

  /** Reports a value of the right type that is still wrong, such as an unknown name. */
  reject(variable: string, setting: string, problem: string): void {
    this.#report(variable, setting, problem);
  }

  has(variable: string): boolean {
    return (this.#env[variable]?.trim() ?? '') !== '';
  }

  /** Reports variables that contradict each other. */
  rejectTogether(variables: readonly string[], problem: string): void {
    const shown = variables.map(
      (variable) => `${variable}=${maskedSetting(variable, maskedConfiguration(this.#env[variable] ?? ''))}`,
    );
    this.#problems.set(variables.join(), { text: `${shown.join(', ')} ${problem}`, settings: new Set() });
  }

  /** Reports misspelt variables, and unknown ones with the prefix of which all are known, if there is one. */
  reportMisspelt(known: readonly string[], options?: MisspeltNamesOptions): void {
    for (const { variable, nearest } of misspeltNames(Object.keys(this.#env), known, options)) {
      if (!this.has(variable)) continue;
      const suggestion = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
      this.#problems.set(variable, { text: `${variable} is not known.${suggestion}`, settings: new Set() });
    }
  }

  /** The problems, each with the value that is used instead, if any. */
  problems(settings?: Settings): string[] {
    return [...this.#problems.values()].map(({ text, settings: names }) => {
      const used = [...names].flatMap((name) => settings?.get(name) ?? []);
      const values = used.map(({ name, value, source }) =>
        used.length === 1 ? `${usedText(name, value)} (${source})` : `${name} = ${usedText(name, value)} (${source})`,
      );
      return values.length === 0 ? text : `${text} Used instead: ${values.join(', ')}.`;
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
 * One warning for all problems.
 * @param subject the package that warns, such as `sdk`
 */
export function environmentWarning(subject: string, problems: readonly string[]): string {
  return `[${subject}] ${problemsMessage('The environment has', problems)}`;
}

export function sourceOf(variable: string): string {
  return `environment: ${variable}`;
}

/** Kubernetes sets <SERVICE>_PORT to an address in every container, for each service of its namespace. */
function kubernetesHint(text: string): string {
  return /^(tcp|udp|sctp):\/\//.test(text)
    ? ' Kubernetes sets it for a service of that name. Set `enableServiceLinks: false` in the pod to prevent that.'
    : '';
}

/** Strings and numbers unchanged, objects as `explain()` shows them. */
function usedText(name: string, value: unknown): string {
  if (value === undefined) return 'not set';
  return typeof value === 'object' ? maskedSetting(name, value) : String(value);
}

import { messageOf } from '@sightline/base';
import type { EnvironmentReader } from './environment-reader.js';
import type { EnvironmentRow } from './environment-row.js';
import type { PackageSettings } from './fields/package-settings.js';
import { fittingRows } from './fitting-rows.js';
import { type Candidate, given, Settings } from './settings.js';
import { unknownNames } from './unknown-names.js';

/** The options of a package, as its settings describe them, and what is given for them. */
export interface OptionGroup extends PackageSettings<object, object> {
  /** What the group is called in code, such as `http`. */
  readonly name: string;
  readonly code: object | undefined;
  readonly defaults: object | undefined;
  /** Says where an unknown option belongs. */
  readonly hint?: ((name: string) => string | undefined) | undefined;
}

/** The sources of options, and where effective settings and problems of options in code are recorded. */
export interface OptionReading {
  readonly environment: EnvironmentReader;
  readonly settings: Settings;
  readonly problems: string[];
}

/** Merges one group of options from code, environment and `defaults`, and records each effective setting. Options that are not set are omitted. */
export function effectiveOptions(group: OptionGroup, { environment, settings, problems }: OptionReading): object {
  const { name, optionNames: known, hint, code = {}, defaults = {} } = group;
  problems.push(...unknownNames(name, code, known, hint), ...unknownNames(`defaults.${name}`, defaults, known, hint));
  const problemWith = (rows: readonly EnvironmentRow[]): string | undefined =>
    problemOf(group, mergedOptions({ ...group, environment: rows }, environment, new Settings()));
  const rows = fittingRows({ name, rows: group.environment }, environment, problemWith);
  const merged = mergedOptions({ ...group, environment: rows }, environment, settings);
  const problemInCode = problemOf(group, merged);
  if (problemInCode !== undefined) problems.push(`${name}: ${problemInCode}`);
  return merged;
}

/**
 * The options, each from the first source that sets it. Records every setting. Defaults may depend on other options: another
 * protocol has another port.
 */
function mergedOptions(
  { name, optionNames, environment: rows, sameSourceOptions = [], code = {}, defaults = {}, resolve }: OptionGroup,
  environment: EnvironmentReader,
  settings: Settings,
): Record<string, unknown> {
  const isSetInCode = (option: string): boolean =>
    sameSourceOptions.some(
      (set) => set.includes(option) && set.some((other) => Reflect.get(code, other) !== undefined),
    );
  const candidates = new Map<string, Array<Candidate<unknown> | undefined>>();
  const merged: Record<string, unknown> = {};
  for (const option of optionNames) {
    const setting = `${name}.${option}`;
    const own = isSetInCode(option) ? [] : rows.filter(({ sets }) => sets === option);
    const variables = own.map((row) => optionBy(row, environment, setting));
    const all = [
      given(Reflect.get(code, option), 'code'),
      ...variables,
      given(Reflect.get(defaults, option), 'defaults'),
    ];
    const first = all.find((candidate) => candidate !== undefined);
    if (first !== undefined) merged[option] = first.value;
    if (first === undefined && own.length === 0) settings.forget(setting);
    else candidates.set(option, all);
  }
  const resolved = resolvedOf(resolve, merged);
  const builtIn = resolved ?? resolve({});
  for (const [option, all] of candidates) {
    const value = settings.pick(`${name}.${option}`, all, Reflect.get(builtIn, option));
    if (resolved !== undefined) merged[option] = value;
  }
  return merged;
}

function optionBy(
  row: EnvironmentRow,
  environment: EnvironmentReader,
  setting: string,
): Candidate<unknown> | undefined {
  const read = environment.read(row, setting);
  return read === undefined || row.toOption === undefined
    ? read
    : { ...read, value: row.toOption(read.value as never) };
}

/** `undefined` if an option is wrong. */
function resolvedOf(resolve: OptionGroup['resolve'], options: object): object | undefined {
  try {
    return resolve(options);
  } catch {
    return undefined;
  }
}

function problemOf({ resolve }: OptionGroup, options: object): string | undefined {
  try {
    resolve(options);
    return undefined;
  } catch (error) {
    const message = messageOf(error);
    return message.replace(/^\[[^\]]*\] /, '');
  }
}

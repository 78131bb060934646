import { messageOf } from '@sightline/base';
import type { EnvironmentReader } from './environment-reader.js';
import type { EnvironmentRow } from './environment-row.js';
import { fittingRows } from './fitting-rows.js';
import { type Candidate, given, Settings } from './settings.js';
import { unknownNames } from './unknown-names.js';

export interface OptionGroup {
  /** What the group is called in code, such as `http`. */
  readonly name: string;
  readonly known: readonly string[];
  readonly rows: readonly EnvironmentRow[];
  /** Sets of options of which the environment gives none as soon as code gives one. */
  readonly decidedTogether?: ReadonlyArray<readonly string[]>;
  readonly code: object | undefined;
  readonly defaults: object | undefined;
  /** Every option with its default; throws for a value that cannot work. */
  resolve(options: object): object;
  /** Where an option that is none of the group's belongs. */
  readonly hint?: ((name: string) => string | undefined) | undefined;
}

/** What options are read from, and where it is noted what they are and what is wrong with those in code. */
export interface OptionReading {
  readonly environment: EnvironmentReader;
  readonly settings: Settings;
  readonly problems: string[];
}

/** One group of options from code, environment and `defaults`, with its settings noted; options that are not set are left out. */
export function effectiveOptions(group: OptionGroup, { environment, settings, problems }: OptionReading): object {
  const { name, known, hint, code = {}, defaults = {} } = group;
  problems.push(...unknownNames(name, code, known, hint), ...unknownNames(`defaults.${name}`, defaults, known, hint));
  const problemWith = (rows: readonly EnvironmentRow[]): string | undefined =>
    problemOf(group, chosenOptions({ ...group, rows }, environment, new Settings()));
  const rows = fittingRows(group, environment, problemWith);
  const chosen = chosenOptions({ ...group, rows }, environment, settings);
  const problemInCode = problemOf(group, chosen);
  if (problemInCode !== undefined) problems.push(`${name}: ${problemInCode}`);
  return chosen;
}

/**
 * The options with the first who set each, and every one that could be set noted. Defaults are those that belong to what was
 * set: another protocol has another port.
 */
function chosenOptions(
  { name, known, rows, decidedTogether = [], code = {}, defaults = {}, resolve }: OptionGroup,
  environment: EnvironmentReader,
  settings: Settings,
): Record<string, unknown> {
  const isDecidedInCode = (option: string): boolean =>
    decidedTogether.some((set) => set.includes(option) && set.some((other) => Reflect.get(code, other) !== undefined));
  const candidates = new Map<string, Array<Candidate<unknown> | undefined>>();
  const chosen: Record<string, unknown> = {};
  for (const option of known) {
    const setting = `${name}.${option}`;
    const own = isDecidedInCode(option) ? [] : rows.filter(({ sets }) => sets === option);
    const variables = environment.readAll(own, setting);
    const all = [
      given(Reflect.get(code, option), 'code'),
      ...variables,
      given(Reflect.get(defaults, option), 'defaults'),
    ];
    const first = all.find((candidate) => candidate !== undefined);
    if (first !== undefined) chosen[option] = first.value;
    if (first === undefined && own.length === 0) settings.forget(setting);
    else candidates.set(option, all);
  }
  const resolved = resolvedOf(resolve, chosen);
  const builtIn = resolved ?? resolve({});
  for (const [option, all] of candidates) {
    const value = settings.pick(`${name}.${option}`, all, Reflect.get(builtIn, option));
    if (resolved !== undefined) chosen[option] = value;
  }
  return chosen;
}

/** `undefined` for options that cannot work. */
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

import { unknownNames } from './check-options.js';
import type { EnvironmentReader } from './environment-reader.js';
import type { EnvironmentRow } from './environment-row.js';
import { given, type Settings } from './settings.js';

export interface OptionGroup {
  /** What the group is called in code, such as `http`. */
  readonly name: string;
  readonly known: readonly string[];
  readonly rows: readonly EnvironmentRow[];
  readonly code: object | undefined;
  readonly defaults: object | undefined;
  /** Every option with its default; throws for a value that cannot work. */
  resolve(options: object): object;
}

/**
 * One group of options from code, environment and `defaults`, with its settings noted; those that nobody set are left out.
 * What is wrong in code goes to `problems`.
 */
export function effectiveOptions(
  group: OptionGroup,
  environment: EnvironmentReader,
  settings: Settings,
  problems: string[],
): object {
  const { name, known, rows, code = {}, defaults = {} } = group;
  problems.push(...unknownNames(name, code, known), ...unknownNames(`defaults.${name}`, defaults, known));
  const builtIn = group.resolve({});
  const chosen: Record<string, unknown> = {};
  for (const option of known) {
    const setting = `${name}.${option}`;
    const own = rows.filter(({ sets }) => sets === option);
    const inCode: unknown = Reflect.get(code, option);
    const inDefaults: unknown = Reflect.get(defaults, option);
    const variables = environment.readAll(own, setting);
    if (own.length === 0 && inCode === undefined && inDefaults === undefined) continue;
    chosen[option] = settings.pick<unknown>(
      setting,
      [given(inCode, 'code'), ...variables, given(inDefaults, 'defaults')],
      Reflect.get(builtIn, option),
    );
  }
  try {
    group.resolve(chosen);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    problems.push(`${name}: ${message.replace(/^\[[^\]]*\] /, '')}`);
  }
  return chosen;
}

import type { EnvironmentRow } from '../environment-row.js';
import type { Fields, OptionsOf, ResolvedOf } from './field.js';
import { fieldRows } from './field-rows.js';
import { resolveFields } from './resolve-fields.js';

/** What a composition root has to know of a package's options before it loads the package. */
export interface PackageSettings<Options extends object, Resolved extends object> {
  readonly optionNames: readonly string[];
  /** The variables that set options. Of several for the same option the first one wins. */
  readonly environment: readonly EnvironmentRow[];
  /** Sets of options that say one thing together, such as where to send: of each set, code or the environment decides. */
  readonly sameSourceOptions?: ReadonlyArray<readonly string[]>;
  /** Returns every option with its default. Throws an `Error` for a wrong one, which says what to change. */
  resolve(options: Options): Resolved;
}

/**
 * The settings that follow from a field table.
 * @param subject the package, for messages
 * @param taker what the options are given to, such as `statsdBackend`
 * @param finish what the table cannot say: checks and defaults that depend on several options
 */
export function settingsOf<Table extends Fields, Resolved extends object = ResolvedOf<Table>>(
  subject: string,
  taker: string,
  table: Table,
  finish?: (resolved: ResolvedOf<Table>) => Resolved,
): PackageSettings<OptionsOf<Table>, Resolved> {
  return {
    optionNames: Object.keys(table),
    environment: fieldRows(table),
    resolve(options) {
      const resolved = resolveFields(subject, table, options, taker);
      return finish === undefined ? (resolved as unknown as Resolved) : finish(resolved);
    },
  };
}

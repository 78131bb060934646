import type { EnvironmentRow } from '@sightline/settings';
import { fieldRows, type OptionsOf, type ResolvedOf, resolveFields, serverFields } from '@sightline/settings/fields';

/** The server for the page and the health checks. */
export interface HttpOptions extends OptionsOf<typeof serverFields> {}

export interface ResolvedHttpOptions extends ResolvedOf<typeof serverFields> {
  readonly responseTimeoutMs: number;
}

export const httpOptionNames: readonly string[] = Object.keys(serverFields);

export const httpEnvironment: readonly EnvironmentRow[] = fieldRows(serverFields);

/** Every option with its default; throws for a value that cannot work. */
export function resolveHttp(options: HttpOptions): ResolvedHttpOptions {
  return { ...resolveFields('sdk', serverFields, options), responseTimeoutMs: 30_000 };
}

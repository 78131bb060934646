import {
  type OptionsOf,
  type PackageSettings,
  type ResolvedOf,
  serverFields,
  settingsOf,
} from '@sightline/settings/fields';

/** The server for the page and the health checks. */
export interface HttpOptions extends OptionsOf<typeof serverFields> {}

export interface ResolvedHttpOptions extends ResolvedOf<typeof serverFields> {
  readonly responseTimeoutMs: number;
}

export const httpSettings: PackageSettings<HttpOptions, ResolvedHttpOptions> = settingsOf(
  'sdk',
  'http',
  serverFields,
  (resolved) => ({ ...resolved, responseTimeoutMs: 30_000 }),
);

import type { Service, Settings } from '@sightline/settings';
import type { Tracing } from '@sightline/tracing/sdk';

export interface ToExplain {
  readonly settings: Settings;
  readonly service: Service;
  readonly states: ReadonlyMap<string, string>;
  readonly url: string | undefined;
  readonly tracing: Tracing;
}

/** The effective settings with their sources, and the state of what was started. */
export function explanation({ settings, service, states, url, tracing }: ToExplain): string {
  return [
    `Observability of "${service.name}"`,
    'Settings:',
    ...settings.lines().map(indented),
    'State:',
    ...[...states].map(([what, state]) => indented(`${what}: ${state}`)),
    ...(url === undefined ? [] : [indented(`listening on ${url}`)]),
    ...tracing.problems.map((problem) => indented(`problem of tracing: ${problem}`)),
  ].join('\n');
}

function indented(line: string): string {
  return `  ${line}`;
}

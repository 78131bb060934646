import type { Service, Settings } from '@sightline/settings';

/** The effective settings with their sources, and the state of what was started. */
export function explanation(
  settings: Settings,
  service: Service,
  states: ReadonlyMap<string, string>,
  url: string | undefined,
): string {
  return [
    `Observability of "${service.name}"`,
    'Settings:',
    ...settings.lines().map(indented),
    'State:',
    ...[...states].map(([what, state]) => indented(`${what}: ${state}`)),
    ...(url === undefined ? [] : [indented(`listening on ${url}`)]),
  ].join('\n');
}

function indented(line: string): string {
  return `  ${line}`;
}

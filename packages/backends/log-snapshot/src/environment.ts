import { isNamespace } from './options.js';

/**
 * The environment variables that set the backend's options. Of several that set the same option the first one wins. The
 * package itself never reads `process.env`.
 */
export const logSnapshotEnvironment: readonly EnvironmentRow[] = [
  {
    name: 'METRICS_INTERVAL_SECONDS',
    sets: 'intervalMs',
    type: 'seconds',
    defaultText: '10',
    description: 'Length of the window that one line of metrics is about.',
  },
  {
    name: 'OTEL_METRIC_EXPORT_INTERVAL',
    sets: 'intervalMs',
    type: 'milliseconds',
    defaultText: '10000',
    description: 'The same in milliseconds, as OpenTelemetry calls it.',
  },
  {
    name: 'METRICS_LOG_LAYOUT',
    sets: 'layout',
    type: 'choice',
    choices: { json: 'json', emf: 'emf' },
    defaultText: 'json',
    description: 'One line a window, or CloudWatch embedded metric format (emf).',
  },
  {
    name: 'METRICS_LOG_NAMESPACE',
    sets: 'namespace',
    type: 'string',
    isAllowed: isNamespace,
    allowed: '1 to 255 letters, digits or any of ". - _ / # :" that do not begin with "AWS/" or ":"',
    defaultText: 'Sightline',
    description: 'Under which CloudWatch keeps the metrics of the layout emf.',
  },
];

export interface EnvironmentRow {
  readonly name: string;
  /** The option it sets. */
  readonly sets: 'intervalMs' | 'layout' | 'namespace';
  readonly type: 'seconds' | 'milliseconds' | 'choice' | 'string';
  /** Of a choice: the option's value for each text. */
  readonly choices?: Readonly<Record<string, string>> | undefined;
  /** Narrows the type; `allowed` says to what, after "is not". */
  readonly isAllowed?: ((text: string) => boolean) | undefined;
  readonly allowed?: string | undefined;
  readonly defaultText: string;
  readonly description: string;
}

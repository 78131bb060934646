/** The environment variables that set the backend's options. The package itself never reads `process.env`. */
export const logSnapshotEnvironment: readonly EnvironmentRow[] = [
  {
    name: 'METRICS_INTERVAL_SECONDS',
    sets: 'intervalMs',
    type: 'seconds',
    defaultText: '10',
    description: 'Length of the window that one line of metrics is about.',
  },
];

export interface EnvironmentRow {
  readonly name: string;
  /** The option it sets. */
  readonly sets: 'intervalMs';
  readonly type: 'seconds';
  readonly defaultText: string;
  readonly description: string;
}

import { checkOption, type PackageSettings, settingsOf } from '@sightline/settings/fields';
import { type CheckedOptions, type LogSnapshotOptions, logSnapshotFields } from './options.js';

const subject = 'backend-log-snapshot';

/** Metrics that are too many for a log line, and those of the logger itself. */
const excludedByDefault = ['process_*', 'nodejs_*', 'log_lines_total', 'log_dropped_total'];

/** What a composition root needs before it loads the backend. Loads nothing else, and not pino. */
export const logSnapshotSettings: PackageSettings<LogSnapshotOptions, CheckedOptions> & {
  readonly histogramNeed: 'quantiles';
} = {
  ...settingsOf(subject, 'logSnapshotBackend', logSnapshotFields, ({ keys, ...resolved }): CheckedOptions => {
    const { include, exclude = include === undefined ? excludedByDefault : [] } = resolved;
    return { ...resolved, keys: checkedKeys(keys), include: include ?? ['*'], exclude };
  }),
  histogramNeed: 'quantiles',
};

function checkedKeys(keys: Readonly<Record<string, string>>): Map<string, string> {
  const owners = new Map([['window_seconds', 'the length of the window']]);
  for (const [name, key] of Object.entries(keys)) {
    // CloudWatch allows 255 printable ASCII characters. The rest is for the suffixes of histograms.
    checkOption(
      subject,
      typeof key === 'string' && /^(?!:)(?=.*\S)[ -~]{1,240}$/.test(key),
      `keys["${name}"]`,
      key,
      'give 1 to 240 printable ASCII characters that do not begin with ":"',
    );
    const owner = owners.get(key);
    if (owner !== undefined) {
      throw new Error(`[${subject}] keys["${name}"] is "${key}", but that is ${owner}. Choose another key.`);
    }
    owners.set(key, `the key of "${name}"`);
  }
  return new Map(Object.entries(keys));
}

export type { CheckedOptions, LogSnapshotOptions };

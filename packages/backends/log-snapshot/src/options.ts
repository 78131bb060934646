import {
  checkOption,
  type EnvironmentRow,
  fieldRows,
  type OptionsOf,
  type ResolvedOf,
  resolveFields,
} from '@sightline/settings/fields';
import type { SnapshotLogger } from './line-writer.js';
import type { NamePattern } from './selected-names.js';

/** A valid CloudWatch namespace. */
const isNamespace = (text: string): boolean => /^(?!AWS\/|:)(?=.*\S)[-\w./#: ]{1,255}$/.test(text);
const arePatterns = (list: readonly NamePattern[]): boolean =>
  list.every((each: unknown) => typeof each === 'string' || each instanceof RegExp);
const patternsAdvice = 'give a list of names, such as "jobs_*", and regular expressions';
const hasInfo = (logger: SnapshotLogger): boolean => typeof logger?.info === 'function';

/** The backend's options: types, checks, defaults and variables. */
export const logSnapshotFields = {
  /** Length of a window in milliseconds. */
  intervalMs: {
    type: 'milliseconds',
    default: 10_000,
    variables: {
      METRICS_INTERVAL_SECONDS: { type: 'seconds', help: 'Length of the window of one metrics line.' },
      OTEL_METRIC_EXPORT_INTERVAL: 'The same in milliseconds, as OpenTelemetry calls it.',
    },
  },
  /** Short names for the line, by declared name: `{ collector_messages_received_total: 'received' }`. */
  keys: { type: 'object', as: {} as Readonly<Record<string, string>>, default: {} },
  /** Write only metrics whose declared name matches one of these. Default: all. */
  include: {
    type: 'list',
    as: [] as readonly NamePattern[],
    isRight: arePatterns as (list: readonly NamePattern[]) => boolean,
    advice: patternsAdvice as string,
  },
  /** Leave out metrics whose declared name matches one of these. Default: `process_*`, `nodejs_*`, `log_lines_total` and `log_dropped_total`, or nothing if `include` is given. */
  exclude: {
    type: 'list',
    as: [] as readonly NamePattern[],
    isRight: arePatterns as (list: readonly NamePattern[]) => boolean,
    advice: patternsAdvice as string,
  },
  /**
   * Where lines go. Of a pino logger only the destination is used: the lines have their own level, layout and fields, and nothing is
   * redacted. For any other object `info(fields, 'metrics')` is called. Default: standard output, synchronously.
   */
  logger: {
    type: 'any',
    as: undefined as unknown as SnapshotLogger,
    isRight: hasInfo as (logger: SnapshotLogger) => boolean,
    advice: 'give an object with an info method',
  },
  /** `json`: one line per window, under `metrics`. `emf`: CloudWatch embedded metric format, one line per set of labels. */
  layout: {
    type: 'choice',
    choices: ['json', 'emf'],
    default: 'json',
    variables: {
      METRICS_LOG_LAYOUT: 'One line per window (json), or CloudWatch embedded metric format (emf).',
    },
  },
  /** The CloudWatch namespace of the layout `emf`. */
  namespace: {
    type: 'string',
    isRight: isNamespace as (text: string) => boolean,
    default: 'Sightline',
    advice: 'give 1 to 255 letters, digits or any of ". - _ / # :" that do not begin with "AWS/" or ":"',
    variables: {
      METRICS_LOG_NAMESPACE: 'CloudWatch namespace of the layout emf.',
    },
  },
  /** Storage resolution in CloudWatch for the layout `emf`, in seconds. 1 costs more. */
  storageResolution: { type: 'choice', choices: [1, 60], default: 60 },
} as const;

export interface LogSnapshotOptions extends OptionsOf<typeof logSnapshotFields> {}

type ResolvedFields = ResolvedOf<typeof logSnapshotFields>;

export interface CheckedOptions extends Omit<ResolvedFields, 'keys' | 'include' | 'exclude'> {
  readonly keys: ReadonlyMap<string, string>;
  readonly include: readonly NamePattern[];
  readonly exclude: readonly NamePattern[];
}

/** The environment variables that set the options. If several set the same option, the first wins. */
export const logSnapshotEnvironment: readonly EnvironmentRow[] = fieldRows(logSnapshotFields);

/** Metrics that are too many for a log line, and those of the logger itself. */
const excludedByDefault = ['process_*', 'nodejs_*', 'log_lines_total', 'log_dropped_total'];

/** Fills in the defaults. Throws an `Error` that says what to change. */
export function checkedOptions(options: LogSnapshotOptions): CheckedOptions {
  const { keys, ...resolved } = resolveFields(subject, logSnapshotFields, options);
  const { include, exclude = include === undefined ? excludedByDefault : [] } = resolved;
  return { ...resolved, keys: checkedKeys(keys), include: include ?? ['*'], exclude };
}

const subject = 'backend-log-snapshot';

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

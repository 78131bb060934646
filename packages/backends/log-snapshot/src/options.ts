import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';
import type { SnapshotLogger } from './line-writer.js';
import type { NamePattern } from './selected-names.js';

const isPattern = (each: NamePattern): boolean => typeof each === 'string' || each instanceof RegExp;
const patternsAdvice = 'give a list of names, such as "jobs_*", and regular expressions';

/** The backend's options: types, checks, defaults and variables. */
export const logSnapshotFields = {
  /** Length of a window in milliseconds. Default: 10 000. */
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
    isEach: isPattern as (each: NamePattern) => boolean,
    advice: patternsAdvice as string,
  },
  /** Leave out metrics whose declared name matches one of these. Default: `process_*`, `nodejs_*`, `log_lines_total` and `log_dropped_total`, or nothing if `include` is given. */
  exclude: {
    type: 'list',
    as: [] as readonly NamePattern[],
    isEach: isPattern as (each: NamePattern) => boolean,
    advice: patternsAdvice as string,
  },
  /**
   * Where lines go. Of a pino logger only the destination is used: the lines have their own level, layout and fields, and nothing is
   * redacted. For any other object `info(fields, 'metrics')` is called. Default: standard output, synchronously.
   */
  logger: {
    type: 'instance',
    as: {} as SnapshotLogger,
    methods: ['info'],
    advice: 'give an object with an info method',
  },
  /** `json`: one line per window, under `metrics`. `emf`: CloudWatch embedded metric format, one line per set of labels. Default: `json`. */
  layout: {
    type: 'choice',
    choices: ['json', 'emf'],
    default: 'json',
    variables: { METRICS_LOG_LAYOUT: 'One line per window (json), or CloudWatch embedded metric format (emf).' },
  },
  /** The CloudWatch namespace of the layout `emf`. Default: `Sightline`. */
  namespace: {
    type: 'string',
    // A valid CloudWatch namespace.
    isRight: (text: string): boolean => /^(?!AWS\/|:)(?=.*\S)[-\w./#: ]{1,255}$/.test(text),
    default: 'Sightline',
    advice: 'give 1 to 255 letters, digits or any of ". - _ / # :" that do not begin with "AWS/" or ":"',
    variables: { METRICS_LOG_NAMESPACE: 'CloudWatch namespace of the layout emf.' },
  },
  /** Storage resolution in CloudWatch for the layout `emf`, in seconds. 1 costs more. Default: 60. */
  storageResolution: { type: 'choice', choices: [1, 60], default: 60 },
} as const;

export interface LogSnapshotOptions extends OptionsOf<typeof logSnapshotFields> {}

type ResolvedFields = ResolvedOf<typeof logSnapshotFields>;

export interface CheckedOptions extends Omit<ResolvedFields, 'keys' | 'include' | 'exclude'> {
  readonly keys: ReadonlyMap<string, string>;
  readonly include: readonly NamePattern[];
  readonly exclude: readonly NamePattern[];
}

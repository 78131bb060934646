import { quotedSetting } from '@sightline/base/secrets';
import type { SnapshotLogger } from './line-writer.js';
import type { NamePattern } from './selected-names.js';

export interface LogSnapshotOptions {
  /** Length of a window in milliseconds. Default 10 000. */
  intervalMs?: number | undefined;
  /** Short names for the line, by declared name: `{ collector_messages_received_total: 'received' }`. */
  keys?: Readonly<Record<string, string>> | undefined;
  /** Write only metrics whose declared name matches one of these. Default: all. */
  include?: readonly NamePattern[] | undefined;
  /** Leave out metrics whose declared name matches one of these. Default: `process_*`, `nodejs_*`, `log_lines_total` and `log_dropped_total`, or nothing where `include` is given. */
  exclude?: readonly NamePattern[] | undefined;
  /**
   * Where lines go. A pino logger lends only its destination: the lines keep their own level, layout and fields, and
   * nothing is redacted. Any other object gets `info(fields, 'metrics')`. Default: standard output, synchronously.
   */
  logger?: SnapshotLogger | undefined;
  /** `json`: one line a window under `metrics`. `emf`: CloudWatch embedded metric format, one line per set of labels. Default `json`. */
  layout?: 'json' | 'emf' | undefined;
  /** The CloudWatch namespace of the layout `emf`. Default `Sightline`. */
  namespace?: string | undefined;
  /** Seconds to which CloudWatch stores the metrics of the layout `emf`. 1 costs more. Default 60. */
  storageResolution?: 1 | 60 | undefined;
}

export interface CheckedOptions {
  readonly intervalMs: number;
  readonly keys: ReadonlyMap<string, string>;
  readonly include: readonly NamePattern[];
  readonly exclude: readonly NamePattern[];
  readonly logger: SnapshotLogger | undefined;
  readonly layout: 'json' | 'emf';
  readonly namespace: string;
  readonly storageResolution: 1 | 60;
}

/** What a line of the log is too small for, and what the log itself says. */
const excludedByDefault = ['process_*', 'nodejs_*', 'log_lines_total', 'log_dropped_total'];

/** Fills in the defaults. Throws an `Error` that says what to change. */
export function checkedOptions(options: LogSnapshotOptions): CheckedOptions {
  const { intervalMs = 10_000, include, layout = 'json', namespace = 'Sightline', storageResolution = 60 } = options;
  const { exclude = include === undefined ? excludedByDefault : [], logger } = options;
  // Timers of Node.js take at most 2^31 - 1 ms and fire at once beyond.
  check(intervalMs >= 1 && intervalMs < 2 ** 31, 'intervalMs', intervalMs, 'give milliseconds from 1 to 2147483647');
  check(layout === 'json' || layout === 'emf', 'layout', layout, "give 'json' or 'emf'");
  check(storageResolution === 1 || storageResolution === 60, 'storageResolution', storageResolution, 'give 1 or 60');
  check(
    isNamespace(namespace),
    'namespace',
    namespace,
    'give 1 to 255 letters, digits or any of ". - _ / # :" that do not begin with "AWS/" or ":"',
  );
  check(
    logger === undefined || typeof logger?.info === 'function',
    'logger',
    typeof logger,
    'give an object with an info method',
  );
  return {
    intervalMs,
    keys: checkedKeys(options.keys ?? {}),
    include: include ?? ['*'],
    exclude,
    logger,
    layout,
    namespace,
    storageResolution,
  };
}

/** What CloudWatch takes as a namespace. */
export function isNamespace(text: string): boolean {
  return /^(?!AWS\/|:)(?=.*\S)[-\w./#: ]{1,255}$/.test(text);
}

function checkedKeys(keys: Readonly<Record<string, string>>): Map<string, string> {
  const owners = new Map([['window_seconds', 'the length of the window']]);
  for (const [name, key] of Object.entries(keys)) {
    // CloudWatch takes 255 printable ASCII characters; room is left for the endings of histograms.
    check(
      typeof key === 'string' && /^(?!:)(?=.*\S)[ -~]{1,240}$/.test(key),
      `keys["${name}"]`,
      key,
      'give 1 to 240 printable ASCII characters that do not begin with ":"',
    );
    const owner = owners.get(key);
    if (owner !== undefined) {
      throw new Error(`[backend-log-snapshot] keys["${name}"] is "${key}", but that is ${owner}. Choose another key.`);
    }
    owners.set(key, `the key of "${name}"`);
  }
  return new Map(Object.entries(keys));
}

function check(isRight: boolean, option: string, value: unknown, whatToDo: string): void {
  if (isRight) return;
  throw new Error(`[backend-log-snapshot] ${option} is ${quotedSetting(option, value)}: ${whatToDo}.`);
}

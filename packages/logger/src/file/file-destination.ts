import { type Clock, systemClock } from '@sightline/base';
import { type OptionsOf, resolveFields } from '@sightline/settings/fields';
import { withBuffer } from '../destinations/buffered.js';
import type { Destination } from '../destinations/destination.js';
import type { LossObserver } from '../destinations/losses.js';
import { type FileOption, fileFields } from '../options.js';
import { RollingFile } from './rolling-file.js';
import { resolveRotation } from './rotate-options.js';

export const destinationFields = {
  /** Called for lines that could not be written, and when writing works again. Each outage is reported once on standard error in any case. */
  observer: { type: 'instance', as: {} as LossObserver, methods: ['lost', 'recovered'] },
  /** Default: the machine's. */
  clock: { type: 'instance', as: {} as Clock, methods: ['now', 'monotonicMs', 'setTimer'] },
} as const;

export interface FileDestinationOptions extends Omit<FileOption, 'level'>, OptionsOf<typeof destinationFields> {}

/**
 * A file that lines are appended to, rolled by size and by day, shared by no two processes: a destination of `createLogger`, a stream of plain
 * pino, or written to by the service itself. `write` takes whole lines, each with its line feed. The file is opened with the first line; when that
 * fails, lines are counted as lost and opening is tried again every second. Throws for options that cannot work.
 */
export function fileDestination(options: FileDestinationOptions): FileDestination {
  const { level: _ofLogger, ...ofFile } = fileFields;
  const resolved = resolveFields('logger', { ...ofFile, ...destinationFields }, options, 'fileDestination');
  const { file, rotate, buffer, observer = noObserver, clock = systemClock } = resolved;
  const rolling = new RollingFile(file, rotate === false ? undefined : resolveRotation(rotate), observer, clock);
  return Object.assign(withBuffer(rolling, buffer, clock), { writable: true } as const);
}

/** A destination of which all methods are there. */
export interface FileDestination extends Required<Destination> {
  /** `pino(destination)` takes an object without it for options. */
  readonly writable: true;
}

const noObserver: LossObserver = { lost: () => {}, recovered: () => {} };

import type { AlertOption } from './destinations/alert.js';
import type { BufferOptions } from './destinations/buffered.js';
import type { RotateOptions } from './file/rotate-options.js';
import type { LevelName } from './levels/level-names.js';
import type { LineStream } from './write-line.js';

/** Standard output or error, a file, a callback or webhook for critical lines, or anything that pino takes for a stream. */
export type DestinationOption =
  | 'stdout'
  | 'stderr'
  | FileOption
  | BufferedOption
  | StreamOption
  | AlertOption
  | LineStream;

export interface FileOption {
  file: string;
  /** Least level of its lines. Default: the logger's. */
  level?: LevelName | undefined;
  /** `false` for one file without end. Default: at 100 MB, of which 10 are kept, and daily, of which 30 are. */
  rotate?: RotateOptions | false | undefined;
  buffer?: BufferOptions | true | undefined;
}

export interface BufferedOption {
  to: 'stdout' | 'stderr';
  buffer?: BufferOptions | true | undefined;
  /** Least level of its lines. Default: the logger's. */
  level?: LevelName | undefined;
}

export interface StreamOption {
  stream: LineStream;
  /** Least level of its lines. Default: the logger's. */
  level?: LevelName | undefined;
}

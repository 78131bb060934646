import type { OptionsOf } from '@sightline/settings/fields';
import type { AlertOption } from './destinations/alert.js';
import { bufferFields } from './destinations/buffered.js';
import { rotateFields } from './file/rotate-options.js';
import { type LevelName, levelList, levelValueOf } from './levels/level-names.js';
import type { LineStream } from './write-line.js';

export const levelField = {
  type: 'any',
  as: 'info' as LevelName,
  isRight: (level: LevelName): boolean => levelValueOf(level) !== undefined,
  advice: `give ${levelList}` as string,
} as const;

export const fileFields = {
  file: { type: 'text', required: true, advice: "give a path, such as '/var/log/shop/app.log'" },
  /** Least level of its lines. Default: the logger's. */
  level: levelField as typeof levelField,
  /** `false` for one file without end. Default: at 100 MB, of which 10 are kept, and daily, of which 30 are. */
  rotate: { type: 'options', or: [false], fields: rotateFields as typeof rotateFields, default: {} },
  /** Lines are collected and written together. Default: every line is with the kernel when `write` returns. */
  buffer: { type: 'options', or: [true], fields: bufferFields as typeof bufferFields },
} as const;

export interface FileOption extends OptionsOf<typeof fileFields> {}

export const bufferedFields = {
  to: { type: 'choice', choices: ['stdout', 'stderr'], required: true },
  buffer: { type: 'options', or: [true], fields: bufferFields as typeof bufferFields },
  /** Least level of its lines. Default: the logger's. */
  level: levelField as typeof levelField,
} as const;

export interface BufferedOption extends OptionsOf<typeof bufferedFields> {}

export const streamFields = {
  stream: { type: 'instance', as: {} as LineStream, methods: ['write'], required: true },
  /** Least level of its lines. Default: the logger's. */
  level: levelField as typeof levelField,
} as const;

export interface StreamOption extends OptionsOf<typeof streamFields> {}

/** Standard output or error, a file, a callback or webhook for critical lines, or anything that pino takes for a stream. */
export type DestinationOption =
  | 'stdout'
  | 'stderr'
  | FileOption
  | BufferedOption
  | StreamOption
  | AlertOption
  | LineStream;

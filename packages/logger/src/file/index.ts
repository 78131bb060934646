export type { BufferOptions } from '../destinations/buffered.js';
export type { Destination } from '../destinations/destination.js';
export type { LossObserver } from '../destinations/losses.js';
export { type FileDestination, type FileDestinationOptions, fileDestination } from './file-destination.js';
export type { RotateOptions } from './rotate-options.js';

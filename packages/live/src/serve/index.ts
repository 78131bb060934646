export type { Viewers } from '../http/viewers.js';
export type { Refusals } from './access/access.js';
export type { AccessOptions } from './access/access-options.js';
export { type LiveHandler, type LiveHandlerOptions, liveHandler } from './live-handler.js';

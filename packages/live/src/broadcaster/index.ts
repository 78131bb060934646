export type { BroadcasterOptions } from './broadcaster-options.js';
export { createBroadcaster } from './create-broadcaster.js';

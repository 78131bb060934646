// What is kept: spans, log lines, metrics and who sent them.
export { embeddedLimits, type LiveLimits, viewerLimits } from './live-limits.js';
export { createLiveStore, type LiveStore, type LiveStoreOptions } from './live-store.js';

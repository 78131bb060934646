export { instrumentUndici, type UndiciOptions } from './instrument-undici.js';
export type { HttpObservability, Propagator } from './observability.js';
export { type FetchOptions, tracedFetch } from './traced-fetch.js';

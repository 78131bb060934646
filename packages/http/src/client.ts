export type { ClientOptions } from './client-requests.js';
export { instrumentUndici, type UndiciOptions } from './instrument-undici.js';
export type { HttpObservability, Propagator } from './observability.js';
export type { PropagationTargets } from './propagation-targets.js';
export type { RecordedHeaders } from './recorded-headers.js';
export { type FetchOptions, tracedFetch } from './traced-fetch.js';

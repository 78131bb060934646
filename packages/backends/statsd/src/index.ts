export type { DialectName } from './dialect.js';
export type { StatsdOptions } from './fields.js';
export type { Lookup } from './host-addresses.js';
export { statsdBackend } from './statsd-backend.js';

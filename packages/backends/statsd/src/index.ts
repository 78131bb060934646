export type { DialectName } from './dialect.js';
export type { StatsdEnvironmentRow } from './environment.js';
export { statsdEnvironment } from './environment.js';
export type { Lookup } from './host-addresses.js';
export type { StatsdOptions } from './options.js';
export { statsdBackend } from './statsd-backend.js';

export { instrumentHandler, type NodeHandler } from './instrument-handler.js';
export { instrumentServer, type NodeServer } from './instrument-server.js';
export type { HttpObservability, Propagator } from './observability.js';
export type { RecordedHeaders } from './recorded-headers.js';
export type { ServerOptions } from './server-options.js';
export type { TrustProxy } from './trusted-proxies.js';

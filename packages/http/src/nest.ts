export {
  InjectLogger,
  InjectMetrics,
  InjectObservability,
  InjectSpans,
  SIGHTLINE,
  SIGHTLINE_LOGGER,
  SIGHTLINE_METRICS,
  SIGHTLINE_SPANS,
} from './nest-injection.js';
export type { SightlineModuleAsyncOptions, SightlineModuleOptions } from './nest-module.js';
export { SightlineModule } from './nest-module.js';
export type { HttpObservability, Propagator } from './observability.js';
export type { RecordedHeaders } from './recorded-headers.js';
export type { ServerOptions } from './server-options.js';
export type { TrustProxy } from './trusted-proxies.js';

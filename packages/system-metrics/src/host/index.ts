export type { GroupOption, HostMetrics, HostMetricsOptions } from './collect-host-metrics.js';
export { collectHostMetrics } from './collect-host-metrics.js';
export { hostLabelValues } from './host-label-values.js';
export type { CpuTime, Disk, DiskIo, HostSource, Memory, NetworkIo } from './host-source.js';
export { procSource } from './proc-source.js';
export { systeminformationSource } from './systeminformation-source.js';

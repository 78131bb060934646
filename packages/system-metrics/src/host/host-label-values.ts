import type { LabelValueSets } from '@sightline/core/backend';

const space = { type: { values: ['total', 'available', 'used', 'free'] } } as const;
const network = { direction: { values: ['received', 'sent'] } } as const;

/** The label values of the host metrics with `systemNames: 'documents'`. */
export const hostLabelValues: LabelValueSets = {
  system_memory_usage_bytes: space,
  system_disk_usage_bytes: space,
  system_disk_io_bytes_total: { direction: { values: ['read', 'write'] } },
  system_network_bytes_total: network,
  system_network_errors_total: network,
};

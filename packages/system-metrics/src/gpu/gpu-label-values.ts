import type { LabelValueSets } from '@sightline/core/backend';

/** The label values of the GPU metrics. */
export const gpuLabelValues: LabelValueSets = {
  system_gpu_memory_bytes: { type: { values: ['total', 'used', 'free'] } },
};

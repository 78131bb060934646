import type { LabelValueSets } from '@sightline/core/backend';

/** What labels of the GPUs' metrics can say. */
export const gpuLabelValues: LabelValueSets = {
  system_gpu_memory_bytes: { type: { values: ['total', 'used', 'free'] } },
};

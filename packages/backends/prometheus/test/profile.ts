import type { BackendProfile } from '@sightline/conformance/backend';
import { prometheusLabelName, prometheusSampleName } from '@sightline/core/backend';

export const profiles: readonly BackendProfile[] = [
  {
    name: 'Prometheus',
    delivery: 'pull',
    temporality: 'cumulative',
    histogramNeed: 'explicit',
    nameOf: prometheusSampleName,
    labelNameOf: prometheusLabelName,
    deviations: [],
  },
];

import { prometheusLabelName, prometheusSampleName } from '@sightline/core/backend';
import type { BackendProfile } from '@sightline/testing/backend-conformance';

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

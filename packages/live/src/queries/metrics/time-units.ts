import { timeUnitsPerSecond } from '@sightline/core/backend';
import type { KeptMetric } from '../../store/metrics/metric-part.js';

/** How many milliseconds one of a metric's unit is: of the declared one, else of the name's ending, else of the default. */
export function msPerUnit({ name, unit }: Pick<KeptMetric, 'name' | 'unit'>, byDefault: 1 | 1000 = 1): number {
  const perSecond = timeUnitsPerSecond({ name, unit: unit ?? undefined });
  return perSecond === undefined ? byDefault : 1000 / perSecond;
}

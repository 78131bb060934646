import { type NamedPropagators, propagatorFromNames } from '../propagation/propagator-from-names.js';
import type { ResolvedTracingSettings } from './fields.js';

/** Returns the propagator that the settings name, or the one that they hold. */
export function resolvePropagator(propagators: ResolvedTracingSettings['propagators']): NamedPropagators {
  return 'inject' in propagators ? { propagator: propagators, problems: [] } : propagatorFromNames(propagators);
}

import { type NamedPropagators, propagatorFromNames } from '../propagation/propagator-from-names.js';
import type { ResolvedTracingSettings } from './fields.js';
import { isList } from './resolve-settings.js';

/** Returns the propagator that the settings name, or the one that they hold. */
export function resolvePropagator(propagators: ResolvedTracingSettings['propagators']): NamedPropagators {
  return isList(propagators) ? propagatorFromNames(propagators) : { propagator: propagators, problems: [] };
}

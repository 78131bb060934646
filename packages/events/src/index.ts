export type { CatalogueUnits } from './catalogue-units.js';
export {
  counter,
  type DefinitionOptions,
  type DistributionOptions,
  distribution,
  lastValue,
  type MetricDefinition,
  type SummaryOptions,
  type SumOptions,
  sum,
  summary,
} from './definitions.js';
export type { EventName } from './event-name.js';
export {
  createEvents,
  type EventHandler,
  type Events,
  type EventsOptions,
  type EventType,
  type EventTypes,
  type Measurements,
  type Metadata,
} from './events.js';
export { recordEvents } from './record-events.js';
export type { ByteUnit, EventUnit, TimeUnit } from './unit-conversion.js';

import type { CarrierAdapter } from './carrier-adapter.js';
import { nestedFields } from './nested-fields.js';

/**
 * `userProperties` of an MQTT 5 packet's `properties`, of a received packet or for publishing. Takes the packet or the
 * `properties` themselves; fields may be repeated. MQTT 3 has no place for them: put the context into the payload.
 */
export const mqttCarrier: CarrierAdapter<object> = nestedFields([['userProperties'], ['properties', 'userProperties']]);

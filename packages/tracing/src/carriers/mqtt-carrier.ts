import type { CarrierAdapter } from './carrier-adapter.js';
import { nestedFields } from './nested-fields.js';

/**
 * `properties.userProperties` of a packet of MQTT 5, received or about to be published, or of its `properties`; they may be repeated. MQTT 3 has no
 * place for them: put the context into the payload.
 */
export const mqttCarrier: CarrierAdapter<object> = nestedFields([['userProperties'], ['properties', 'userProperties']]);

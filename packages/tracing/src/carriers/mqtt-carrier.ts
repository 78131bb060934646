import type { CarrierAdapter } from './carrier-adapter.js';
import { nestedFields } from './nested-fields.js';

/** A packet of MQTT 5 as it is received, or the options that it is published with. */
export interface MqttPacket {
  properties?: { userProperties?: Record<string, string | string[]> | undefined } | undefined;
}

/** MQTT 5 user properties, which may be repeated. MQTT 3 has no place for them: put the context into the payload. */
export const mqttCarrier: CarrierAdapter<MqttPacket> = nestedFields([['properties', 'userProperties']]);

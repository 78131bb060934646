import { randomUUID } from 'node:crypto';
import { packageVersion } from '../package-version.js';
import type { Attribute, AttributeValue } from './message.js';

/** OpenTelemetry's resource attributes, such as `service.name`. */
export type ResourceAttributes = Readonly<Record<string, string | number | boolean>>;

/** Attributes that are always sent (OpenTelemetry Resource SDK, "SDK-provided resource attributes"). Those of the service win. */
export function completeResource(given: ResourceAttributes): ResourceAttributes {
  return {
    'service.name': 'unknown_service:node',
    'service.instance.id': instanceId,
    'telemetry.sdk.name': 'sightline',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': packageVersion,
    ...given,
  };
}

export function resourceMessage(attributes: ResourceAttributes): { readonly attributes: readonly Attribute[] } {
  return { attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) })) };
}

/** The same for everything in this process. */
const instanceId = randomUUID();

function anyValue(value: string | number | boolean): AttributeValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: value } : { doubleValue: value };
}

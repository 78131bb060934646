import { randomUUID } from 'node:crypto';
import type { OptionsOf } from './fields/field.js';
import type { serviceFields } from './fields/service-fields.js';

/** The service that sends telemetry: the resource, in OpenTelemetry. Metrics do not carry it as labels by default. */
export interface Service {
  readonly name: string;
  readonly version: string | undefined;
  /** Where it runs, such as `production`. */
  readonly environment: string | undefined;
  /** Differs between any two processes; `service.instance.id` in OpenTelemetry. */
  readonly instanceId: string;
  /** From `OTEL_RESOURCE_ATTRIBUTES`, unchanged, and what `OTEL_NODE_RESOURCE_DETECTORS` finds out. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface ServiceOptions extends OptionsOf<typeof serviceFields> {}

/** The service as OpenTelemetry's resource attributes, without unknown ones. */
export function resourceOf(service: Service): Readonly<Record<string, string | number>> {
  const { name, version, environment, instanceId, attributes } = service;
  return {
    ...attributes,
    'service.name': name,
    ...(version === undefined ? {} : { 'service.version': version }),
    ...(environment === undefined ? {} : { 'deployment.environment.name': environment }),
    'service.instance.id': instanceId,
  };
}

/** Shared by everything in this process. */
export const processInstanceId: string = randomUUID();

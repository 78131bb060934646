import { randomUUID } from 'node:crypto';

/** Who sends telemetry: what OpenTelemetry calls the resource. No metric carries it as labels by itself. */
export interface Service {
  readonly name: string;
  readonly version: string | undefined;
  /** Where it runs, such as `production`. */
  readonly environment: string | undefined;
  /** Differs between any two processes; `service.instance.id` in OpenTelemetry. */
  readonly instanceId: string;
  /** Of `OTEL_RESOURCE_ATTRIBUTES`, as they are. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ServiceOptions {
  serviceName?: string | undefined;
  serviceVersion?: string | undefined;
  /** Where the service runs, such as `production`. */
  environment?: string | undefined;
}

/** What OpenTelemetry calls each of these facts, without those that are not known. */
export function resourceOf(service: Service): Readonly<Record<string, string>> {
  const { name, version, environment, instanceId, attributes } = service;
  return {
    ...attributes,
    'service.name': name,
    ...(version === undefined ? {} : { 'service.version': version }),
    ...(environment === undefined ? {} : { 'deployment.environment.name': environment }),
    'service.instance.id': instanceId,
  };
}

/** The same for everything in this process. */
export const processInstanceId: string = randomUUID();

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

/** The same for everything in this process. */
export const processInstanceId: string = randomUUID();

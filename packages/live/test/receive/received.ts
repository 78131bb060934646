import type { LiveIntake, LiveSource } from '../../src/model/intake.js';

export interface Received extends LiveIntake {
  readonly spans: ReadonlyArray<{
    readonly name: string;
    readonly service: string;
    readonly attributes: readonly unknown[];
  }>;
  readonly logs: ReadonlyArray<{ readonly body: unknown; readonly service: string; readonly severityNumber: number }>;
  readonly metrics: ReadonlyArray<{ readonly name: string; readonly kind: string; readonly points: number }>;
}

/** An intake that notes what it gets. */
export function received(): Received {
  const spans: Array<Received['spans'][number]> = [];
  const logs: Array<Received['logs'][number]> = [];
  const metrics: Array<Received['metrics'][number]> = [];
  return {
    spans,
    logs,
    metrics,
    source(resource): LiveSource {
      const at = resource.indexOf('service.name');
      return { service: at < 0 ? 'unknown_service' : String(resource[at + 1]), instance: undefined };
    },
    span: ({ name, attributes }, _, { service }) => void spans.push({ name, service, attributes }),
    logRecord: ({ body, severityNumber }, _, { service }) => void logs.push({ body, service, severityNumber }),
    metric: ({ name, kind, points }) => void metrics.push({ name, kind, points: points.length }),
    families() {},
    sampledOut() {},
  };
}

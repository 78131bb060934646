import { expect } from 'vitest';
import type { OtlpReceiver } from '../../../scripts/servers/otlp-receiver.js';

/** A span as the protocol has it, with the service that its request was about. */
export interface CollectedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: Readonly<Record<string, unknown>> }>;
  readonly status: { readonly code?: number };
}

/** Read from the requests themselves, and not by the code of the example. */
export function collectedSpans({ requests }: OtlpReceiver): readonly CollectedSpan[] {
  return requests.flatMap(({ body }) =>
    JSON.parse(body.toString()).resourceSpans.flatMap((each: Record<string, never>) => {
      const { resource, scopeSpans } = each as unknown as OtlpResourceSpans;
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
    }),
  );
}

/** The spans of the one trace in which `services` are; throws unless it has one root and every parent is there, of the right kind. */
export function expectConnectedTrace(spans: readonly CollectedSpan[], services: readonly string[]): void {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  expect(byId.size).toBe(spans.length);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const parents = spans.map(({ parentSpanId }) => parentSpanId || undefined);
  expect(parents.filter((parent) => parent === undefined)).toHaveLength(1);
  const orphans = spans.filter(({ parentSpanId }) => parentSpanId && !byId.has(parentSpanId));
  expect(orphans.map(({ service, name }) => `${service}: ${name}`)).toEqual([]);
  expect([...new Set(spans.map(({ service }) => service))].sort()).toEqual([...services].sort());
  for (const span of spans) {
    const parent = byId.get(span.parentSpanId ?? '');
    const [verb = ''] = span.name.split(' ');
    expect({ name: span.name, kind: span.kind }).toEqual({ name: span.name, kind: KINDS[verb] ?? INTERNAL });
    if (verb === 'process') {
      expect(parent?.name).toBe(span.name.replace('process', 'send'));
      expect(parent?.service).not.toBe('');
    }
    // Only messages lead from one service to another.
    else if (parent !== undefined) expect(parent.service).toBe(span.service);
  }
}

export function attributeOf(span: CollectedSpan | undefined, key: string): unknown {
  return Object.values(span?.attributes.find((each) => each.key === key)?.value ?? {})[0];
}

const INTERNAL = 1;
const KINDS: Readonly<Record<string, number>> = { send: 4, process: 5 };

interface OtlpResourceSpans {
  readonly resource: {
    readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: { readonly stringValue?: string } }>;
  };
  readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<Omit<CollectedSpan, 'service'>> }>;
}

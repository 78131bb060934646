import type { ReceivedRequest } from '../../../../scripts/servers/otlp-receiver.js';

/** A span with those that it caused, as far as it is the same in every run: without ids, times, ports, random numbers and places in the code. */
export interface SpanTree {
  readonly scope: string;
  readonly name: string;
  readonly kind: number;
  readonly flags: number;
  /** Of the remote span above, if there is one. */
  readonly remoteParent?: string;
  readonly traceState?: string;
  readonly status: object;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly object[];
  readonly links: readonly object[];
  readonly dropped: readonly number[];
  readonly children: readonly SpanTree[];
}

/** The trees of all spans of the requests, which are in OTLP's JSON form, in an order of their own. */
export function spanTrees(requests: readonly ReceivedRequest[]): readonly SpanTree[] {
  const spans = requests.flatMap(spansOf);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const treesUnder = (parent: string): readonly SpanTree[] =>
    inOrder(spans.filter(({ parentSpanId }) => parentOf(parentSpanId) === parent).map(treeOf));
  const parentOf = (id: string | undefined): string => (id !== undefined && byId.has(id) ? id : '');

  function treeOf(span: WireSpan): SpanTree {
    const { scope, name, kind, flags = 0, spanId, parentSpanId, traceState, status = {} } = span;
    const isRemote = parentSpanId !== undefined && parentSpanId !== '' && !byId.has(parentSpanId);
    return {
      scope,
      name: steady(name) as string,
      kind,
      flags,
      ...(isRemote ? { remoteParent: parentSpanId } : {}),
      ...(traceState === undefined || traceState === '' ? {} : { traceState: steady(traceState) }),
      status: { code: status.code ?? 0, ...(status.message ? { message: steady(status.message) } : {}) },
      attributes: attributesOf(span.attributes),
      events: (span.events ?? []).map((event) => ({ name: event.name, attributes: attributesOf(event.attributes) })),
      links: (span.links ?? []).map((link) => ({
        to: byId.get(link.spanId)?.name ?? 'a span elsewhere',
        // Our propagator says in its header that ids are random (W3C Trace Context, level 2), and a link to what was received has it.
        flags: (link.flags ?? 0) & ~RANDOM,
        attributes: attributesOf(link.attributes),
      })),
      dropped: [span.droppedAttributesCount ?? 0, span.droppedEventsCount ?? 0, span.droppedLinksCount ?? 0],
      children: treesUnder(spanId),
    };
  }
  return treesUnder('');
}

/** The trees as lines, to be read. */
export function outline(trees: readonly SpanTree[], indent = ''): string {
  return trees
    .map(({ name, kind, children }) => `${indent}${kind} ${name}\n${outline(children, `${indent}  `)}`)
    .join('');
}

const RANDOM = 2;

interface WireAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface WireSpan {
  readonly scope: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly flags?: number;
  readonly name: string;
  readonly kind: number;
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly attributes?: readonly WireAttribute[];
  readonly events?: ReadonlyArray<{ readonly name: string; readonly attributes?: readonly WireAttribute[] }>;
  readonly links?: ReadonlyArray<{
    readonly spanId: string;
    readonly flags?: number;
    readonly attributes?: readonly WireAttribute[];
  }>;
  readonly droppedAttributesCount?: number;
  readonly droppedEventsCount?: number;
  readonly droppedLinksCount?: number;
}

interface WireScope {
  readonly scope?: { readonly name?: string; readonly version?: string };
  readonly schemaUrl?: string;
  readonly spans: readonly WireSpan[];
}

function spansOf({ path, body }: ReceivedRequest): readonly WireSpan[] {
  if (path !== '/v1/traces') return [];
  const { resourceSpans = [] } = JSON.parse(body.toString()) as {
    resourceSpans?: ReadonlyArray<{ readonly scopeSpans: readonly WireScope[] }>;
  };
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ scope, schemaUrl, spans }) =>
      spans.map((span) => ({ ...span, scope: [scope?.name, scope?.version, schemaUrl].filter(Boolean).join(' ') })),
    ),
  );
}

function attributesOf(attributes: readonly WireAttribute[] = []): Record<string, unknown> {
  const sorted = [...attributes].sort((a, b) => (a.key < b.key ? -1 : 1));
  return Object.fromEntries(
    sorted.map(({ key, value }) => [key, /(?:^|[._])port$/.test(key) ? 'a port' : steadyMembers(value)]),
  );
}

function steadyMembers(value: unknown): unknown {
  if (typeof value === 'string') return steady(value);
  if (Array.isArray(value)) return value.map(steadyMembers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    // The SDK writes 64-bit integers as numbers, which OTLP's JSON allows to be read.
    Object.entries(value).map(([name, each]) => [name, name === 'intValue' ? String(each) : steadyMembers(each)]),
  );
}

/** Without ports, ids, random numbers and the frames of a stack, which the engines are part of. */
function steady(text: string): string {
  return text
    .replace(/\n {4}at [\s\S]*/, '')
    .replace(/\b(127\.0\.0\.1|localhost|::1):\d+/g, '$1:port')
    .replace(/amq\.ctag-[\w-]+/g, 'amq.ctag')
    .replace(/sample_rand=[\d.e-]+/g, 'sample_rand');
}

function inOrder(trees: readonly SpanTree[]): readonly SpanTree[] {
  const keyed = trees.map((tree) => [JSON.stringify(tree), tree] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tree]) => tree);
}

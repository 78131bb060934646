import type { FlowAnswer, FlowEdge, FlowNode } from '../model/answers.js';
import type { LiveStore } from '../store/live-store.js';
import { type FlowEdgeFacts, type FlowEnd, serviceEnd } from '../store/spans/flow-statistics.js';
import { DurationTotals } from '../store/statistics/duration-totals.js';
import type { TimelineEntry } from '../store/statistics/timelines.js';
import { observedSeconds } from './observed-seconds.js';
import type { Parameters, TimeWindow } from './parameters.js';

/** `flow`. */
export function flowAnswer(store: LiveStore, parameters: Parameters, nowMs: number): FlowAnswer {
  const service = parameters.text('service');
  const window = parameters.window(nowMs, '1m');
  const seconds = observedSeconds(window, store.startedMs);
  const { flow } = store;
  const edges = new Map<string, EdgeSum>();
  for (const entry of flow.edges.values()) addEdge(edges, entry.facts, entry, window);
  for (const entry of flow.unconfirmedEdges.values()) addUnconfirmed(store, edges, entry, window);
  const shown = [...edges.values()].filter(
    ({ from, to }) => service === undefined || [from.id, to.id].includes(serviceEnd(service).id),
  );
  const between = new Map<string, EdgeSum>();
  for (const entry of flow.serviceEdges.values()) addEdge(between, entry.facts, entry, window);
  return {
    nodes: nodesOf(store, shown, window, seconds, service),
    edges: shown.map((edge) => edgeRow(edge, seconds)),
    serviceEdges: [...between.values()]
      .filter(({ from, to }) => service === undefined || [from.name, to.name].includes(service))
      .map((edge) => edgeRow(edge, seconds)),
  };
}

interface EdgeSum extends FlowEdgeFacts {
  readonly totals: DurationTotals;
  traceId: string;
  lastMs: number;
}

/** The spans of a call arrive from both sides, seconds apart. */
const UNCONFIRMED_MS = 10_000;

/**
 * A call that the called service has sent no span of: it leads to the service if its address is known, else to the address. Where several
 * services send, the newest are left out, because the span of the called one may still come.
 */
function addUnconfirmed(
  { flow, services }: LiveStore,
  edges: Map<string, EdgeSum>,
  entry: TimelineEntry<FlowEdgeFacts>,
  window: TimeWindow,
): void {
  const { from, to } = entry.facts;
  const service = flow.serviceBehind(to.id);
  const isDecided = services.services.size < 2;
  const endMs = isDecided ? window.endMs : Math.max(window.fromMs, window.endMs - UNCONFIRMED_MS);
  addEdge(edges, { from, to: service === undefined ? to : serviceEnd(service) }, entry, { ...window, endMs });
}

function addEdge(
  edges: Map<string, EdgeSum>,
  { from, to, via }: FlowEdgeFacts,
  { timeline, traceId = '' }: TimelineEntry<FlowEdgeFacts>,
  { fromMs, endMs }: TimeWindow,
): void {
  const totals = timeline.between(fromMs, endMs);
  if (!(Math.round(totals.count) > 0)) return;
  const key = `${from.id}\n${to.id}\n${via ?? ''}`;
  const sum = edges.get(key) ?? { from, to, via, totals: new DurationTotals(), traceId, lastMs: 0 };
  sum.totals.merge(totals);
  if (timeline.lastMs > sum.lastMs) {
    sum.lastMs = timeline.lastMs;
    sum.traceId = traceId;
  }
  edges.set(key, sum);
}

function edgeRow({ from, to, via, totals, traceId }: EdgeSum, seconds: number): FlowEdge {
  return {
    from: from.id,
    to: to.id,
    count: Math.round(totals.count),
    perSecond: totals.count / seconds,
    errors: Math.max(0, Math.round(totals.errors)),
    p95Ms: totals.quantileMs(0.95),
    traceId,
    ...(via === undefined ? {} : { via }),
  };
}

interface NodeSum {
  readonly end: FlowEnd;
  readonly totals: DurationTotals;
  lastMs: number;
}

function nodesOf(
  { flow }: LiveStore,
  edges: readonly EdgeSum[],
  window: TimeWindow,
  seconds: number,
  service: string | undefined,
): readonly FlowNode[] {
  const nodes = new Map<string, NodeSum>();
  const nodeOf = (end: FlowEnd): NodeSum => {
    const node = nodes.get(end.id) ?? { end, totals: new DurationTotals(), lastMs: 0 };
    nodes.set(end.id, node);
    return node;
  };
  for (const { facts, timeline } of flow.handled.values()) {
    const totals = timeline.between(window.fromMs, window.endMs);
    const isShown =
      totals.count > 0 &&
      (service === undefined ||
        facts.name === service ||
        edges.some(({ from, to }) => [from.id, to.id].includes(facts.id)));
    if (!isShown) continue;
    const node = nodeOf(facts);
    node.totals.merge(totals);
    node.lastMs = timeline.lastMs;
  }
  for (const { from, to, totals, lastMs } of edges) {
    for (const end of [from, to]) {
      const node = nodeOf(end);
      node.lastMs = Math.max(node.lastMs, lastMs);
      // What is sent to it; of a topic whose senders are unknown, what is received from it.
      if (end.kind !== 'service' && (end === to || !edges.some((edge) => edge.to.id === end.id)))
        node.totals.merge(totals);
    }
  }
  return [...nodes.values()].map(({ end, totals, lastMs }) => ({
    id: end.id,
    name: end.name,
    kind: end.kind,
    perSecond: totals.count / seconds,
    errorShare: totals.count > 0 ? Math.max(0, totals.errors) / totals.count : 0,
    p95Ms: totals.count > 0 ? totals.quantileMs(0.95) : null,
    lastMs,
  }));
}

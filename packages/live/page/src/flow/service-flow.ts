import type { FlowAnswer, FlowEdge } from '../../../src/model/answers.js';

/** The same without topics: who reaches whom, by whatever ways. */
export function serviceFlow(flow: FlowAnswer): FlowAnswer {
  const topics = new Set(flow.nodes.filter(({ kind }) => kind === 'topic').map(({ id }) => id));
  const services = new Set(flow.nodes.filter(({ kind }) => kind === 'service').map(({ id }) => id));
  const isBetweenServices = ({ from, to }: FlowEdge): boolean => services.has(from) && services.has(to);
  const direct = flow.edges.filter((edge) => !topics.has(edge.from) && !topics.has(edge.to));
  // Those between services are among `serviceEdges` as well.
  const others = flow.serviceEdges === undefined ? direct : direct.filter((edge) => !isBetweenServices(edge));
  return {
    nodes: flow.nodes.filter(({ id }) => !topics.has(id)),
    edges: summed([...others, ...(flow.serviceEdges ?? [])]),
  };
}

/** One edge for each pair. */
function summed(edges: readonly FlowEdge[]): readonly FlowEdge[] {
  const sums = new Map<string, FlowEdge>();
  for (const { via: _, ...edge } of edges) {
    const key = `${edge.from}\n${edge.to}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, edge);
    else {
      sums.set(key, {
        ...sum,
        count: sum.count + edge.count,
        perSecond: sum.perSecond + edge.perSecond,
        errors: sum.errors + edge.errors,
        // Quantiles cannot be added: the slowest way is what a reader looks for.
        p95Ms: Math.max(sum.p95Ms, edge.p95Ms),
      });
    }
  }
  return [...sums.values()];
}

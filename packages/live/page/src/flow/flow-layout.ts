import { type EdgeLine, type EdgeLineOptions, edgeLines } from './edge-lines.js';
import type { Point } from './point.js';

/** Where nodes and edges of a flow are drawn. */
export interface FlowLayout {
  readonly width: number;
  readonly height: number;
  /** Upper left corners, by id. */
  readonly nodes: ReadonlyMap<string, Point>;
  /** In the order of the edges given. */
  readonly edges: readonly EdgeLine[];
}

export interface FlowLayoutOptions extends EdgeLineOptions {
  /** Between layers, and between the nodes of a layer. */
  readonly layerGap: number;
  readonly nodeGap: number;
}

type Edge = { readonly from: string; readonly to: string };

/**
 * Draws a graph in layers: who calls stands before who is called, as far as there are no circles. An edge over several layers passes
 * between the nodes of those in between. The same graph is always drawn the same, whatever the order of its nodes.
 */
export function flowLayout(ids: readonly string[], edges: readonly Edge[], options: FlowLayoutOptions): FlowLayout {
  const sorted = [...new Set(ids)].sort();
  const known = new Set(sorted);
  const usable = edges.filter(({ from, to }) => known.has(from) && known.has(to) && from !== to);
  const forward = withoutCircles(sorted, usable);
  const layerOf = layersOf(sorted, forward);
  const { layers, chains } = withWaypoints(sorted, forward, layerOf);
  orderLayers(layers, chains);
  return placed(layers, chains, edges, options);
}

/** The edges with those turned round that would close a circle. */
function withoutCircles(ids: readonly string[], edges: readonly Edge[]): readonly Edge[] {
  const outgoing = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of edges) outgoing.get(from)?.push(to);
  for (const targets of outgoing.values()) targets.sort();
  // Where all are called by others, the one that calls most more than it is called begins.
  const called = new Map<string, number>(ids.map((id) => [id, 0]));
  for (const { from, to } of edges) {
    called.set(from, (called.get(from) ?? 0) - 1);
    called.set(to, (called.get(to) ?? 0) + 1);
  }
  const order = new Map<string, number>();
  let finished = 0;
  const starts = [...ids].sort((a, b) => (called.get(a) ?? 0) - (called.get(b) ?? 0));
  const seen = new Set<string>();
  for (const start of starts) {
    const path: Array<{ id: string; next: number }> = seen.has(start) ? [] : [{ id: start, next: 0 }];
    seen.add(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const target = outgoing.get(top.id)?.[top.next++];
      if (target === undefined) {
        order.set(top.id, -finished++);
        path.pop();
      } else if (!seen.has(target)) {
        seen.add(target);
        path.push({ id: target, next: 0 });
      }
    }
  }
  const place = (id: string): number => order.get(id) ?? 0;
  const unique = new Map<string, Edge>();
  for (const { from, to } of edges) {
    const edge = place(from) < place(to) ? { from, to } : { from: to, to: from };
    unique.set(`${edge.from}\n${edge.to}`, edge);
  }
  return [...unique.values()].sort((a, b) => (a.from + a.to < b.from + b.to ? -1 : 1));
}

/** The longest way from a node without callers. */
function layersOf(ids: readonly string[], edges: readonly Edge[]): ReadonlyMap<string, number> {
  const layer = new Map<string, number>(ids.map((id) => [id, 0]));
  for (let round = 0, isChanged = true; isChanged && round <= ids.length; round++) {
    isChanged = false;
    for (const { from, to } of edges) {
      const least = (layer.get(from) ?? 0) + 1;
      if ((layer.get(to) ?? 0) >= least) continue;
      layer.set(to, least);
      isChanged = true;
    }
  }
  return layer;
}

interface Place {
  readonly id: string;
  readonly isNode: boolean;
}

/** Each edge as a chain of places, one in each layer. */
type Chain = readonly Place[];

function withWaypoints(
  ids: readonly string[],
  edges: readonly Edge[],
  layerOf: ReadonlyMap<string, number>,
): { layers: Place[][]; chains: ReadonlyMap<string, Chain> } {
  const layers: Place[][] = [];
  const nodes = new Map<string, Place>();
  for (const id of ids) {
    const place = { id, isNode: true };
    nodes.set(id, place);
    layers[layerOf.get(id) ?? 0] = [...(layers[layerOf.get(id) ?? 0] ?? []), place];
  }
  const chains = new Map<string, Chain>();
  for (const { from, to } of edges) {
    const chain: Place[] = [];
    const start = nodes.get(from);
    const end = nodes.get(to);
    if (start === undefined || end === undefined) continue;
    chain.push(start);
    for (let layer = (layerOf.get(from) ?? 0) + 1; layer < (layerOf.get(to) ?? 0); layer++) {
      const waypoint = { id: `${from}\n${to}\n${layer}`, isNode: false };
      layers[layer]?.push(waypoint);
      chain.push(waypoint);
    }
    chain.push(end);
    chains.set(`${from}\n${to}`, chain);
  }
  return { layers: layers.filter((layer) => layer !== undefined), chains };
}

/** Sorts each layer by the mean place of its neighbours, there and back, so that few edges cross. */
function orderLayers(layers: Place[][], chains: ReadonlyMap<string, Chain>): void {
  const before = new Map<Place, Place[]>();
  const after = new Map<Place, Place[]>();
  for (const chain of chains.values()) {
    chain.forEach((place, index) => {
      const next = chain[index + 1];
      if (next === undefined) return;
      after.set(place, [...(after.get(place) ?? []), next]);
      before.set(next, [...(before.get(next) ?? []), place]);
    });
  }
  const position = new Map<Place, number>();
  const number = (layer: readonly Place[]): void => {
    for (const [index, place] of layer.entries()) position.set(place, index - (layer.length - 1) / 2);
  };
  layers.forEach(number);
  for (let sweep = 0; sweep < 8; sweep++) {
    const neighbours = sweep % 2 === 0 ? before : after;
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      const wish = new Map(
        layer.map((place) => [place, meanOf(neighbours.get(place), position) ?? position.get(place) ?? 0]),
      );
      layer.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || (a.id < b.id ? -1 : 1));
      number(layer);
    }
  }
}

function meanOf(places: readonly Place[] | undefined, position: ReadonlyMap<Place, number>): number | undefined {
  if (places === undefined || places.length === 0) return undefined;
  return places.reduce((sum, place) => sum + (position.get(place) ?? 0), 0) / places.length;
}

function placed(
  layers: readonly Place[][],
  chains: ReadonlyMap<string, Chain>,
  edges: readonly Edge[],
  options: FlowLayoutOptions,
): FlowLayout {
  const { nodeWidth, nodeHeight, layerGap, nodeGap } = options;
  const sizeOf = (place: Place): number => (place.isNode ? nodeHeight : nodeGap);
  const heights = layers.map((layer) => layer.reduce((sum, place) => sum + sizeOf(place) + nodeGap, -nodeGap));
  const height = Math.max(nodeHeight, ...heights);
  const width = Math.max(nodeWidth, layers.length * (nodeWidth + layerGap) - layerGap);

  const starts = new Map<Place, Point>();
  for (const [index, layer] of layers.entries()) {
    let y = (height - (heights[index] ?? 0)) / 2;
    for (const place of layer) {
      starts.set(place, { x: index * (nodeWidth + layerGap), y });
      y += sizeOf(place) + nodeGap;
    }
  }

  const nodes = new Map<string, Point>();
  for (const [place, start] of starts) if (place.isNode) nodes.set(place.id, start);
  const middle = (place: Place): Point => ({
    x: starts.get(place)?.x ?? 0,
    y: (starts.get(place)?.y ?? 0) + sizeOf(place) / 2,
  });
  const routes = edges.map(({ from, to }) => {
    const forward = chains.get(`${from}\n${to}`);
    const places = forward ?? chains.get(`${to}\n${from}`) ?? [];
    return { places: places.map(middle), isBackward: forward === undefined };
  });
  return { width, height, nodes, edges: edgeLines(routes, options) };
}

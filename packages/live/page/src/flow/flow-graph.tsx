import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FlowAnswer, FlowEdge, FlowNode } from '../../../src/model/answers.js';
import { cutMiddle } from '../format/cut-middle.js';
import { formatDuration } from '../format/duration.js';
import { formatShare } from '../format/number.js';
import { formatRate } from '../format/unit.js';
import { hrefTo, parameter } from '../state/location.js';
import { edgePath } from './edge-path.js';
import { type FlowLayout, flowLayout } from './flow-layout.js';
import type { Point } from './point.js';

/** In a small graph of many edges their numbers would cover each other. */
const maxLabels = 14;

/** Who calls whom, with rate, errors and times. Nodes and edges are links, in an order that can be read. */
export function FlowGraph({ flow, isSmall = false }: { flow: FlowAnswer; isSmall?: boolean }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const nodes = flow.nodes;
  const shape = JSON.stringify([
    nodes.map(({ id }) => id),
    flow.edges.map(({ from, to, errors }) => [from, to, errors > 0]),
  ]);
  const layout = useMemo(() => fittedLayout(flow, width, isSmall), [shape, width, isSmall]);
  const most = Math.max(...flow.edges.map(({ perSecond }) => perSecond), 0.001);
  const [chosenNode, from, to] = [parameter('node'), parameter('from'), parameter('to')];
  const isChosen = (edge: FlowEdge): boolean => edge.from === from && edge.to === to;
  const isNear = (edge: FlowEdge): boolean => chosenNode !== '' && (edge.from === chosenNode || edge.to === chosenNode);
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const hasLabels = !isSmall || flow.edges.length <= maxLabels;

  return (
    <div
      ref={place}
      class={`flow ${isSmall ? 'small' : ''}`}
      role="group"
      aria-label="Flow"
      tabIndex={isSmall ? undefined : 0}
    >
      {width > 0 && (
        <div
          class="flow-area"
          style={{
            width: `${layout.width}px`,
            height: `${layout.height}px`,
            zoom: String(scaleOf(layout.width, width, isSmall ? 0.5 : 0.72)),
          }}
        >
          <svg width={layout.width} height={layout.height} aria-hidden="true">
            <defs>
              {['arrow', 'arrow-bad'].map((id) => (
                <marker
                  key={id}
                  id={id}
                  viewBox="0 0 8 8"
                  refX="7"
                  refY="4"
                  markerWidth="8"
                  markerHeight="8"
                  markerUnits="userSpaceOnUse"
                  orient="auto"
                >
                  <path d="M0 0L8 4L0 8Z" />
                </marker>
              ))}
            </defs>
            {flow.edges.map((edge, index) => (
              <path
                key={`${edge.from} ${edge.to}`}
                class={`edge ${edge.errors > 0 ? 'bad' : ''} ${isChosen(edge) ? 'chosen' : ''} ${isNear(edge) ? 'near' : ''}`}
                d={edgePath(layout.edges[index]?.points ?? [])}
                style={{ strokeWidth: `${1 + 3 * Math.sqrt(edge.perSecond / most)}px` }}
                marker-end={edge.errors > 0 ? 'url(#arrow-bad)' : 'url(#arrow)'}
              />
            ))}
          </svg>
          {nodes.map((node) => (
            <Node
              key={node.id}
              node={node}
              at={layout.nodes.get(node.id)}
              width={layout.nodeWidth}
              height={layout.nodeHeight}
              isChosen={node.id === chosenNode}
              isSmall={isSmall}
            />
          ))}
          {hasLabels &&
            flow.edges.map((edge, index) => (
              <a
                key={`${edge.from} ${edge.to}`}
                class={`edge-label ${edge.errors > 0 ? 'bad' : ''} ${isChosen(edge) ? 'chosen' : ''}`}
                href={hrefTo({ page: 'flow', parameters: { from: edge.from, to: edge.to, node: undefined } })}
                aria-current={isChosen(edge) ? 'true' : undefined}
                style={{
                  left: `${layout.edges[index]?.label.x ?? 0}px`,
                  top: `${layout.edges[index]?.label.y ?? 0}px`,
                }}
              >
                <span class="hidden">
                  {names.get(edge.from)} to {names.get(edge.to)}:{' '}
                </span>
                <span>
                  {formatRate(edge.perSecond)}
                  {!isSmall && <small> {formatDuration(edge.p95Ms)}</small>}
                </span>
                {edge.errors > 0 && <b>✕ {formatShare(edge.errors / Math.max(1, edge.count))}</b>}
              </a>
            ))}
        </div>
      )}
    </div>
  );
}

const kindWords: Record<FlowNode['kind'], string> = {
  service: 'service',
  topic: 'topic',
  database: 'database',
  peer: 'outside',
};

function Node(props: {
  node: FlowNode;
  at: Point | undefined;
  width: number;
  height: number;
  isChosen: boolean;
  isSmall: boolean;
}): VNode {
  const { node, at = { x: 0, y: 0 }, width, height, isChosen, isSmall } = props;
  const name = shownName(node.name, width, isSmall);
  const isBad = node.errorShare > 0;
  return (
    <a
      class={`node ${node.kind} ${isBad ? 'bad' : ''} ${isChosen ? 'chosen' : ''}`}
      href={hrefTo({ page: 'flow', parameters: { node: node.id, from: undefined, to: undefined } })}
      aria-current={isChosen ? 'true' : undefined}
      style={{ left: `${at.x}px`, top: `${at.y}px`, width: `${width}px`, height: `${height}px` }}
      title={`${node.name} (${kindWords[node.kind]})`}
    >
      {name === node.name ? (
        <b>{isSmall ? name : nameParts(name).map((part, index) => [index > 0 && <wbr />, part])}</b>
      ) : (
        <>
          <b aria-hidden="true">{name}</b>
          <span class="hidden">{node.name}</span>
        </>
      )}
      {node.kind !== 'service' && <span class="hidden">, {kindWords[node.kind]}, </span>}
      <span>
        {formatRate(node.perSecond)}
        {!isSmall && node.p95Ms !== null && ` · ${formatDuration(node.p95Ms)}`}
      </span>
      {isBad && (
        <em>
          ✕ {formatShare(node.errorShare)}
          <span class={isSmall ? 'hidden' : ''}> failed</span>
        </em>
      )}
    </a>
  );
}

interface Fitted extends FlowLayout {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
}

function fittedLayout(flow: FlowAnswer, width: number, isSmall: boolean): Fitted {
  const { least, most, layerGap, mostLayerGap, nodeHeight, nodeGap } = isSmall ? smallSizes : sizes;
  const ids = flow.nodes.map(({ id }) => id);
  const labelSize = (index: number): { width: number; height: number } => ({
    width: isSmall ? 52 : 92,
    height: (flow.edges[index]?.errors ?? 0) > 0 ? 30 : 16,
  });
  const options = { nodeHeight, nodeGap, labelSize };
  const narrow = flowLayout(ids, flow.edges, { ...options, nodeWidth: least, layerGap });
  const layers = Math.max(1, Math.round((narrow.width + layerGap) / (least + layerGap)));
  const gaps = Math.max(1, layers - 1);
  const wanted = Math.max(...flow.nodes.map(({ name }) => Math.ceil(nameWidth(name, isSmall))));
  const room = Math.floor((width - gaps * layerGap) / layers);
  const nodeWidth = Math.max(least, Math.min(wanted, room, most));
  const gap = Math.max(layerGap, Math.min(mostLayerGap, Math.floor((width - layers * nodeWidth) / gaps)));
  return { ...flowLayout(ids, flow.edges, { ...options, nodeWidth, layerGap: gap }), nodeWidth, nodeHeight };
}

const sizes = { least: 128, most: 260, layerGap: 104, mostLayerGap: 220, nodeHeight: 68, nodeGap: 18 };
const smallSizes = { least: 92, most: 150, layerGap: 56, mostLayerGap: 110, nodeHeight: 54, nodeGap: 12 };

/** About, in the bold font of nodes, with what stands around it: the longest line of a name that may break after a sign. */
function nameWidth(name: string, isSmall: boolean): number {
  const longest = Math.max(...nameParts(name).map(({ length }) => length));
  return longest * charWidth(isSmall) + frameWidth(isSmall);
}

/** As much as fits two lines. */
function shownName(name: string, nodeWidth: number, isSmall: boolean): string {
  return cutMiddle(name, Math.floor(((nodeWidth - frameWidth(isSmall)) / charWidth(isSmall)) * (isSmall ? 1 : 1.8)));
}

function charWidth(isSmall: boolean): number {
  return isSmall ? 6.8 : 8;
}

function frameWidth(isSmall: boolean): number {
  return isSmall ? 20 : 26;
}

function nameParts(name: string): string[] {
  return name.split(/(?<=[./:_-])/);
}

/** A graph that is a little too wide becomes smaller; one that is far too wide scrolls. */
function scaleOf(wanted: number, width: number, least: number): number {
  return Math.max(least, Math.min(1, Math.floor((width / Math.max(1, wanted)) * 100) / 100));
}

function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    // Without the padding, which `clientWidth` has.
    const observer = new ResizeObserver((entries) => setWidth(Math.floor(entries.at(-1)?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return width;
}

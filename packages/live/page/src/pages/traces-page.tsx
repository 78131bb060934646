import type { VNode } from 'preact';
import { parameter } from '../state/location.js';
import { TraceComparison } from '../traces/trace-comparison.js';
import { TraceDetails } from '../traces/trace-details.js';
import { TraceList } from '../traces/trace-list.js';

/** The list of traces, one of them, or two side by side. With `compare` alone, the list to choose the other one from. */
export function TracesPage(): VNode {
  const trace = parameter('trace');
  const compare = parameter('compare');
  if (trace === '') return <TraceList />;
  if (compare === '') return <TraceDetails key={trace} traceId={trace} />;
  return <TraceComparison leftId={compare} rightId={trace} />;
}

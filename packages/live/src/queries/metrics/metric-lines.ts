import type { LiveStore } from '../../store/live-store.js';
import type { Line } from '../../store/metrics/line.js';
import type { KeptMetric } from '../../store/metrics/metric-part.js';
import { NumberLine } from '../../store/metrics/number-line.js';
import type { PartLine } from './line-cells.js';

/** The lines of a metric, older ones of the same labels included. */
export function* linesOf(
  metric: KeptMetric,
  matches: (line: Line) => boolean = () => true,
): Generator<PartLine, void, undefined> {
  for (const part of metric.parts) {
    for (const newest of part.lines.values()) {
      if (!matches(newest)) continue;
      yield { part, line: newest };
      for (let older = part.older.get(newest); older !== undefined; older = part.older.get(older)) {
        yield { part, line: older };
      }
    }
  }
}

/** The metrics of a service, or of all, whose name is one of `names`: by `plainName`. */
export function findMetrics(store: LiveStore, service: string | undefined, ...names: readonly string[]): KeptMetric[] {
  const found: KeptMetric[] = [];
  for (const metric of store.metrics.metrics.values()) {
    if (service !== undefined && metric.service !== service) continue;
    if (names.includes(plainName(metric.name))) found.push(metric);
  }
  return found;
}

/**
 * A name without what wires do to it: `http.server.request.duration`, `http_server_request_duration_seconds` and
 * `httpServerRequestDuration` of one kind are the same; `command.dispatched.count` is `command_dispatched`, as in Prometheus.
 */
export function plainName(name: string): string {
  const known = plainNames.get(name);
  if (known !== undefined) return known;
  let plain = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '_');
  for (const ending of endings) plain = plain.replace(ending, '');
  if (plainNames.size >= MAX_NAMES) plainNames.clear();
  plainNames.set(name, plain);
  return plain;
}

const plainNames = new Map<string, string>();
const MAX_NAMES = 20_000;
const endings: readonly RegExp[] = [/_total$/, /_count$/, /_(?:seconds|milliseconds|ms|bytes|ratio|percent)$/];

/** The newest cumulative value or count, or the value of a gauge. */
export function currentOf(line: Line): number {
  return line instanceof NumberLine ? line.value : line.count;
}

/** The value of a label, in the spelling of any wire: `http.response.status_code`, `http_response_status_code`. */
export function labelOf({ head: { labels } }: Line, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = labels[name] ?? labels[name.replaceAll('.', '_')];
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

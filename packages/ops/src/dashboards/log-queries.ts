import { promqlString } from '../promql/selectors.js';
import { withoutVariables } from './scope.js';

/** LogQL for the lines of a service, from a shipper's label or OTLP's resource: Loki derives `service_name` of either. */
export function serviceLines(service: string): string {
  return `{service_name=${withoutVariables(promqlString(service))}}`;
}

/**
 * Lines of errors, in every layout of our logger: pino's numbers, words of `structured`, `log.level` of `ecs`, and what OTLP carries
 * beside a line.
 */
export function errorLines(service: string): string {
  const levels = [
    'level=~"50|60|ERROR|CRITICAL"',
    'log_level=~"error|critical"',
    'detected_level=~"error|critical|fatal"',
  ];
  // A line that is no JSON is kept; its parse error would make Loki refuse to count.
  return `${serviceLines(service)} | json | drop __error__, __error_details__ | ${levels.join(' or ')}`;
}

/** Lines that the database package writes for slow queries. */
export function slowQueryLines(service: string): string {
  return `${serviceLines(service)} |= "Slow query: "`;
}

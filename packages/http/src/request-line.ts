import type { Log } from '@sightline/base';
import { type RequestFacts, splitTarget } from './request-facts.js';
import { UNMATCHED } from './server-metrics.js';

/** What a line says beside the facts of its request. */
export interface RequestLineParts {
  readonly route: string | undefined;
  readonly status: number | undefined;
  readonly seconds: number;
  readonly responseSize: number | undefined;
  readonly errorType: string | undefined;
  readonly failure: { readonly error: unknown } | undefined;
  readonly logsClientAddress: boolean;
}

/** Writes the line of a request: at `error`, `warn` or `info` by its outcome. */
export function writeRequestLine(log: Log, facts: RequestFacts, parts: RequestLineParts): void {
  const { status, seconds, responseSize, errorType, failure } = parts;
  const route = parts.route ?? UNMATCHED;
  // Lines have the client's method, cut: they are no series.
  const method = facts.method.length <= 20 ? facts.method : facts.method.slice(0, 20);
  const { path } = splitTarget(facts.target);
  const fields: Record<string, unknown> = { method, route, path: path.length <= 1024 ? path : path.slice(0, 1024) };
  if (status !== undefined) fields['status_code'] = status;
  fields['duration_ms'] = Math.round(seconds * 1e6) / 1000;
  if (responseSize !== undefined) fields['bytes'] = responseSize;
  const { userAgent } = facts;
  if (userAgent !== undefined) fields['user_agent'] = userAgent.length <= 256 ? userAgent : userAgent.slice(0, 256);
  if (errorType !== undefined) fields['error_type'] = errorType;
  if (errorType !== undefined && failure !== undefined) fields['err'] = failure.error;
  if (parts.logsClientAddress && facts.clientAddress !== undefined) fields['client_address'] = facts.clientAddress;
  const message = `${method} ${route} ${status ?? 'aborted'}`;
  if (status !== undefined && status >= 500) log.error(fields, message);
  else if (errorType !== undefined) {
    if (failure === undefined) log.warn(fields, message);
    else log.error(fields, message);
  } else if (status !== undefined && status >= 400) log.warn(fields, message);
  else log.info(fields, message);
}

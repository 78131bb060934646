import type { HistogramSeries, Labels } from '@sightline/core';
import type { OptionalRequestLabel, RequestHistogram, RequestLabel, ServerMetrics } from './server-metrics.js';

type RequestLabels = Labels<RequestLabel, OptionalRequestLabel>;

/** What the labels of a request are made of. */
export interface RequestLabelParts {
  /** A known method, or `_OTHER`. */
  readonly method: string;
  readonly route: string;
  readonly status: number | undefined;
  readonly scheme: string;
  readonly errorType: string | undefined;
  readonly protocolVersion: string | undefined;
}

/**
 * The series that requests are recorded in, each looked up once and kept: 9 ns a histogram instead of 46 with
 * an object of labels. Keeps at most 1000, and 50 of a route; requests beyond those are looked up each.
 */
export class ServerSeries {
  readonly #metrics: ServerMetrics;
  readonly #byRoute = new Map<string, RequestSeries[]>();
  #kept = 0;

  constructor(metrics: ServerMetrics) {
    this.#metrics = metrics;
  }

  record(
    parts: RequestLabelParts,
    seconds: number,
    requestSize: number | undefined,
    responseSize: number | undefined,
  ): void {
    const metrics = this.#metrics;
    const kept = this.#find(parts);
    if (kept !== undefined) {
      kept.record(seconds, requestSize, responseSize);
      return;
    }
    const labels = labelsOf(parts);
    metrics.duration.observe(labels, seconds);
    if (requestSize !== undefined) metrics.requestSize?.observe(labels, requestSize);
    if (responseSize !== undefined) metrics.responseSize?.observe(labels, responseSize);
  }

  #find(parts: RequestLabelParts): RequestSeries | undefined {
    const ofRoute = this.#byRoute.get(parts.route);
    if (ofRoute !== undefined) {
      for (const series of ofRoute) if (series.isOf(parts)) return series;
    }
    if (this.#kept >= MAX_KEPT || (ofRoute?.length ?? 0) >= MAX_OF_ROUTE) return undefined;
    this.#kept++;
    const added = new RequestSeries(parts, this.#metrics);
    if (ofRoute === undefined) this.#byRoute.set(parts.route, [added]);
    else ofRoute.push(added);
    return added;
  }
}

const MAX_KEPT = 1000;
const MAX_OF_ROUTE = 50;

/** Series are bound at their first recording: one that is bound is exported, also if it stays 0. */
class RequestSeries {
  readonly #method: string;
  readonly #status: number | undefined;
  readonly #scheme: string;
  readonly #errorType: string | undefined;
  readonly #protocolVersion: string | undefined;
  readonly #labels: RequestLabels;
  readonly #metrics: ServerMetrics;
  #duration: HistogramSeries | undefined = undefined;
  #requestSize: HistogramSeries | undefined = undefined;
  #responseSize: HistogramSeries | undefined = undefined;

  constructor(parts: RequestLabelParts, metrics: ServerMetrics) {
    this.#method = parts.method;
    this.#status = parts.status;
    this.#scheme = parts.scheme;
    this.#errorType = parts.errorType;
    this.#protocolVersion = parts.protocolVersion;
    this.#labels = labelsOf(parts);
    this.#metrics = metrics;
  }

  isOf({ method, status, scheme, errorType, protocolVersion }: RequestLabelParts): boolean {
    return (
      status === this.#status &&
      method === this.#method &&
      errorType === this.#errorType &&
      scheme === this.#scheme &&
      protocolVersion === this.#protocolVersion
    );
  }

  record(seconds: number, requestSize: number | undefined, responseSize: number | undefined): void {
    const { duration, requestSize: requests, responseSize: responses } = this.#metrics;
    this.#duration ??= this.#bound(duration);
    this.#duration.observe(seconds);
    if (requestSize !== undefined && requests !== undefined) {
      this.#requestSize ??= this.#bound(requests);
      this.#requestSize.observe(requestSize);
    }
    if (responseSize !== undefined && responses !== undefined) {
      this.#responseSize ??= this.#bound(responses);
      this.#responseSize.observe(responseSize);
    }
  }

  #bound(histogram: RequestHistogram): HistogramSeries {
    return histogram.labels(this.#labels);
  }
}

function labelsOf({ method, route, status, scheme, errorType, protocolVersion }: RequestLabelParts): RequestLabels {
  return {
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': status,
    'url.scheme': scheme,
    'error.type': errorType,
    'network.protocol.version': protocolVersion,
  };
}

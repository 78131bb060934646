import type { HistogramNeed } from '@sightline/core';
import type { ResourceAttributes } from './otlp/resource.js';

export interface OtelOptions {
  /** How requests are encoded and carried. Default `http/protobuf`. */
  protocol?: OtlpProtocol | undefined;
  /**
   * Where requests go, used as it is: `http://localhost:4318/v1/metrics`. Of a gRPC address only scheme, host and port count;
   * `https` means TLS. Default: the collector's usual port on localhost. Credentials in it become basic authentication.
   */
  url?: string | undefined;
  /** Further request headers or gRPC metadata, such as `Authorization`. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Default `none`. */
  compression?: 'none' | 'gzip' | undefined;
  /** Running totals, or what each interval added; gauges are running values in any case. `lowmemory` is `delta` here. Default `cumulative`. */
  temporality?: 'cumulative' | 'delta' | 'lowmemory' | undefined;
  /** Which buckets of a histogram are sent. Default `explicit`. */
  histograms?: 'explicit' | 'exponential' | undefined;
  /** Time between two pushes, in milliseconds. Default 60 000. */
  intervalMs?: number | undefined;
  /** Longest time of a push with all its retries, in milliseconds, at most `intervalMs`. Default 30 000. */
  pushTimeoutMs?: number | undefined;
  /** Longest time of one request, in milliseconds. Default 10 000. */
  timeoutMs?: number | undefined;
  /** Data points in a request. A collector that finds requests too large gets smaller ones. Default 2000. */
  maxPointsPerRequest?: number | undefined;
  /** Attributes of the resource: who sends. The sdk fills in what it knows of the service. */
  resource?: ResourceAttributes | undefined;
  /** Path of the PEM file with the authorities to trust, instead of those of Node.js. */
  caFile?: string | undefined;
  /** Path of the PEM file with the client's certificate. */
  certFile?: string | undefined;
  /** Path of the PEM file with the client's private key. */
  keyFile?: string | undefined;
}

export const otlpProtocols = ['http/protobuf', 'http/json', 'grpc'] as const;
export type OtlpProtocol = (typeof otlpProtocols)[number];

export interface ResolvedOptions {
  readonly protocol: OtlpProtocol;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'none' | 'gzip';
  readonly temporality: 'cumulative' | 'delta' | 'lowmemory';
  readonly histograms: 'explicit' | 'exponential';
  readonly intervalMs: number;
  readonly pushTimeoutMs: number;
  readonly timeoutMs: number;
  readonly maxPointsPerRequest: number;
  readonly resource: ResourceAttributes;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** Fills in the defaults. Throws an `Error` that says what to change. */
export function resolveOptions(options: OtelOptions): ResolvedOptions {
  const { protocol = 'http/protobuf', headers = {}, resource = {}, caFile, certFile, keyFile } = options;
  const { url = protocol === 'grpc' ? 'http://localhost:4317' : 'http://localhost:4318/v1/metrics' } = options;
  const { compression = 'none', temporality = 'cumulative', histograms = 'explicit' } = options;
  const { intervalMs = 60_000, pushTimeoutMs = 30_000, timeoutMs = 10_000, maxPointsPerRequest = 2000 } = options;
  oneOf('protocol', protocol, otlpProtocols);
  oneOf('compression', compression, ['none', 'gzip']);
  oneOf('temporality', temporality, ['cumulative', 'delta', 'lowmemory']);
  oneOf('histograms', histograms, ['explicit', 'exponential']);
  const isAddress = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  check(isAddress, 'url', withoutUserInfo(String(url)), 'give an http:// or https:// address');
  for (const [name, value] of Object.entries({ intervalMs, pushTimeoutMs, timeoutMs })) {
    // Timers of Node.js take at most 2^31 - 1 ms and fire at once beyond.
    check(value >= 1 && value < 2 ** 31, name, value, 'give milliseconds from 1 to 2147483647');
  }
  const isCount = Number.isInteger(maxPointsPerRequest) && maxPointsPerRequest >= 1;
  check(isCount, 'maxPointsPerRequest', maxPointsPerRequest, 'give a whole number from 1 on');
  checkHeaders(headers);
  for (const [name, value] of Object.entries(resource)) {
    const isValue = ['string', 'number', 'boolean'].includes(typeof value);
    check(isValue, `resource[${JSON.stringify(name)}]`, value, 'give a text, a number, true or false');
  }
  const isPair = (certFile === undefined) === (keyFile === undefined);
  check(isPair, certFile === undefined ? 'certFile' : 'keyFile', undefined, 'give certFile and keyFile, or neither');
  return {
    protocol,
    url,
    headers,
    compression,
    temporality,
    histograms,
    intervalMs,
    pushTimeoutMs: Math.min(pushTimeoutMs, intervalMs),
    timeoutMs,
    maxPointsPerRequest,
    resource,
    caFile,
    certFile,
    keyFile,
  };
}

export function histogramNeedOf({ histograms }: OtelOptions): HistogramNeed {
  return histograms === 'exponential' ? 'native' : 'explicit';
}

/** RFC 9110, sections 5.1 and 5.5. A wrong value is not shown: it may be a token. */
function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    const isValue = typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && isValue) continue;
    throw new Error(
      `[backend-otel] headers[${JSON.stringify(name)}] cannot be a header: give a name of letters, digits and "-", and a text on one line.`,
    );
  }
}

function oneOf(option: string, value: string, allowed: readonly string[]): void {
  check(allowed.includes(value), option, value, `give ${allowed.map((each) => `'${each}'`).join(', ')}`);
}

function check(isRight: boolean, option: string, value: unknown, whatToDo: string): void {
  if (isRight) return;
  throw new Error(`[backend-otel] ${option} is ${JSON.stringify(value) ?? String(value)}: ${whatToDo}.`);
}

function withoutUserInfo(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, '//***@');
}

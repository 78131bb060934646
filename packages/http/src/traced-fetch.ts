import { context } from '@opentelemetry/api';
import { guardCarried, withinFetch } from './carried-headers.js';
import {
  type ClientOptions,
  type ClientRequest,
  type ClientRequests,
  CORRELATION_HEADER,
  clientRequests,
} from './client-requests.js';
import type { HttpObservability } from './observability.js';
import { quietly } from './quietly.js';

type Fetch = typeof globalThis.fetch;
type Input = Parameters<Fetch>[0];
type Init = Parameters<Fetch>[1];

export interface FetchOptions extends ClientOptions {
  /** The function that makes the requests. Default: the global `fetch` at the time of each call. */
  fetch?: Fetch | undefined;
}

/**
 * Returns a `fetch` whose requests have a client span, a duration, and headers that propagate the trace. Arguments and results are
 * those of `fetch`: it changes neither `init` nor a `Request`, and errors are the same objects. The duration ends with the head of
 * the last response; redirects that `fetch` follows belong to one request.
 */
export function tracedFetch(obs: HttpObservability, { fetch, ...options }: FetchOptions = {}): Fetch {
  const requests = clientRequests(obs, 'tracedFetch()', options);
  const { mayReach = () => true } = requests;
  guardCarried();
  const traced = (input: Input, init?: Init): Promise<Response> => {
    const call = fetch ?? globalThis.fetch;
    const request = quietly(() => begin(requests, input, init), undefined);
    // Unreadable arguments (an invalid URL) fail as without instrumentation.
    if (request === undefined) return call(input, init);
    const headers = quietly(() => headersWith(input, init, request.headers), undefined);
    const signal = quietly(() => signalOf(input, init), undefined);
    if (headers === undefined) return settle(request, call(input, init), signal);
    return settle(
      request,
      context.with(request.context, () =>
        withinFetch.run({ headers: request.headers, mayReach }, () => call(input, { ...membersOf(init), headers })),
      ),
      signal,
    );
  };
  return traced as Fetch;
}

function begin(requests: ClientRequests, input: Input, init: Init): ClientRequest | undefined {
  const isRequest = typeof input === 'object' && 'url' in input;
  const url = new URL(isRequest ? input.url : String(input));
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined; // data: and blob: go nowhere
  if (requests.ignores(url)) return undefined;
  const method = init?.method ?? (isRequest ? input.method : 'GET');
  // Fetch does so with known methods, and does not change the case of others.
  const upper = method.toUpperCase();
  const begun = requests.begin(normalized.has(upper) ? upper : method, url, { headers: headersOf(input, init) });
  // Without TLS the version is not negotiated; with TLS fetch does not report it.
  if (begun !== undefined && url.protocol === 'http:') begun.protocolVersion = '1.1';
  return begun;
}

const normalized: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);

/** Also inherited members of `init`: if it is a `Request` (the same request to another URL), all are inherited. */
function membersOf(init: Init): object {
  const members: Record<string, unknown> = {};
  for (const name in init) members[name] = Reflect.get(init, name);
  return members;
}

/** Adds our headers to a copy of `init.headers`, or else of the `Request`'s: the former replace the latter. */
function headersWith(input: Input, init: Init, ours: Readonly<Record<string, string>>): Headers {
  const headers = new Headers(headersOf(input, init));
  for (const [name, value] of Object.entries(ours)) {
    if (name !== CORRELATION_HEADER || !headers.has(name)) headers.set(name, value);
  }
  return headers;
}

function headersOf(input: Input, init: Init): NonNullable<Init>['headers'] {
  return init?.headers ?? (typeof input === 'object' && 'url' in input ? input.headers : undefined);
}

function signalOf(input: Input, init: Init): AbortSignal | null | undefined {
  return init?.signal ?? (typeof input === 'object' && 'signal' in input ? input.signal : undefined);
}

function settle(
  request: ClientRequest,
  response: Promise<Response>,
  signal: AbortSignal | null | undefined,
): Promise<Response> {
  return response.then(
    (got) => {
      request.responded(got.status, got.headers);
      return got;
    },
    (error: unknown) => {
      request.failed(error, signal);
      throw error;
    },
  );
}

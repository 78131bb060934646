import { isUtf8 } from 'node:buffer';
import { errorText, isRecord } from '@sightline/base';
import { basicAuthorization } from '@sightline/base/client';
import { withoutUrlCredentials } from '@sightline/base/secrets';
import { failureRemedy, statusRemedy } from './peer-remedies.js';

/** An answer, whose body was read up to a limit. */
export interface Answered {
  /** Where the answer came from, without credentials: where redirects led to. */
  readonly address: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly isUtf8: boolean;
  /** Unix time at which the head arrived. */
  readonly receivedAtMs: number;
  /** From the request to the end of the body. */
  readonly durationMs: number;
}

/** A peer that could not be asked: its address without credentials, and why. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  /** What to do, if the failure itself says it. */
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string) {
    super(message);
    this.remedy = remedy;
  }
}

/**
 * Asks once, as a scraper does: redirects are followed, gzip is taken. Rejects with an `UnreachableError` if there is no whole answer.
 * Credentials of the URL are sent, to no other host, and never shown.
 */
export async function ask(
  address: string,
  { signal, headers = {}, method = 'GET' }: { signal: AbortSignal; headers?: Record<string, string>; method?: string },
): Promise<Answered> {
  const url = urlOf(address);
  const authorization = basicAuthorization(url);
  url.username = '';
  url.password = '';
  const start = performance.now();
  try {
    const response = await fetch(url, {
      method,
      signal,
      headers: { 'accept-encoding': 'gzip', ...(authorization === undefined ? {} : { authorization }), ...headers },
    });
    const receivedAtMs = Date.now();
    const body = await boundedBody(response);
    return {
      address: shown(response.url),
      status: response.status,
      headers: response.headers,
      text: body.toString('utf8'),
      isUtf8: isUtf8(body),
      receivedAtMs,
      durationMs: performance.now() - start,
    };
  } catch (error) {
    const cause = causeOf(error);
    throw new UnreachableError(`${shown(address)}: ${reasonOf(cause)}`, failureRemedy(cause));
  }
}

/** A GET of JSON. Rejects with an `UnreachableError` if the answer is another. */
export async function askJson(address: string, options: Parameters<typeof ask>[1]): Promise<JsonAnswer> {
  const answer = await ask(address, options);
  if (answer.status !== 200) throw refused(answer);
  const date = Date.parse(answer.headers.get('date') ?? '');
  const timeMs = Number.isNaN(date) ? answer.receivedAtMs : date;
  try {
    return { address: answer.address, timeMs, value: JSON.parse(answer.text) as unknown };
  } catch {
    throw new UnreachableError(`${answer.address} answered no JSON: ${answer.text.slice(0, 100).trim()}`);
  }
}

/** What another answer than was hoped for says. */
export function refused({ address, status, text }: Answered): UnreachableError {
  return new UnreachableError(`${address} answered ${status}: ${text.slice(0, 200).trim()}`, statusRemedy(status));
}

export interface JsonAnswer {
  readonly address: string;
  /** Of the answer, by the peer's clock if it tells one. */
  readonly timeMs: number;
  readonly value: unknown;
}

/**
 * The objects of the list at `names`: `data.groups`. What is no object is left out.
 * @throws an `UnreachableError` if there is no list: something else than the expected program answers there
 */
export function listIn(
  { address, value }: Pick<JsonAnswer, 'address' | 'value'>,
  ...names: readonly string[]
): Record<string, unknown>[] {
  const list = names.reduce((within, name) => (isRecord(within) ? within[name] : undefined), value);
  if (Array.isArray(list)) return list.filter(isRecord);
  throw new UnreachableError(`${shown(address)} answered JSON without ${names.join('.')}.`);
}

/** The members of `value` that are strings; none if it is no object. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The address without credentials. */
export function shown(address: string): string {
  return withoutUrlCredentials(address, '[redacted]');
}

/** `base` with a path below its own, and parameters. */
export function below(base: string, path: string, parameters: Readonly<Record<string, string>> = {}): string {
  const url = urlOf(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function urlOf(address: string): URL {
  if (URL.canParse(address) && /^https?:/i.test(address)) return new URL(address);
  throw new UnreachableError(`${shown(address)} is no address of http or https.`);
}

async function boundedBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const MAX_BYTES = 64 * 1024 * 1024;

/** `fetch` hides the reason behind "fetch failed". */
function causeOf(error: unknown): unknown {
  const { cause } = Object(error) as { cause?: unknown };
  return cause instanceof AggregateError ? cause.errors[0] : (cause ?? error);
}

function reasonOf(cause: unknown): string {
  const { name } = Object(cause) as { name?: string };
  return name === 'AbortError' || name === 'TimeoutError' ? 'no answer in time' : errorText(cause);
}

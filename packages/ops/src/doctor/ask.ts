import { isUtf8 } from 'node:buffer';
import { errorText, isRecord } from '@sightline/base';
import { basicAuthorization } from '@sightline/base/client';
import { withoutUrlCredentials } from '@sightline/base/secrets';
import { httpGet, type Reply } from './http-get.js';
import { failureRemedy, statusRemedy } from './peer-remedies.js';
import { excerpt, type Peer } from './peers.js';

/** An answer, whose body was read up to a limit. */
export interface Answered extends Omit<Reply, 'body'> {
  /** Where the answer came from, without credentials: where redirects led to. */
  readonly address: string;
  readonly text: string;
  readonly isUtf8: boolean;
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

export interface Asking {
  readonly signal: AbortSignal;
  /** Default: anything. */
  readonly accept?: string;
}

/**
 * Asks once, as a scraper does: redirects are followed, gzip is taken. Rejects with an `UnreachableError` if there is no whole answer.
 * Credentials of the address and the peer's headers are sent, to no other origin, and never shown.
 */
export async function ask(peer: Peer, { signal, accept = '*/*' }: Asking): Promise<Answered> {
  const { address } = peer;
  const url = urlOf(address);
  const own = ownHeaders(peer, url);
  const start = performance.now();
  try {
    const { reply, at } = await followed(url, own, { signal, headers: { accept, 'accept-encoding': 'gzip' } });
    const { body, ...head } = reply;
    return {
      ...head,
      address: shown(at.href),
      text: body.toString('utf8'),
      isUtf8: isUtf8(body),
      durationMs: performance.now() - start,
    };
  } catch (error) {
    if (error instanceof UnreachableError) throw error;
    const cause = causeOf(error);
    throw new UnreachableError(`${shown(address)}: ${reasonOf(cause)}`, failureRemedy(cause));
  }
}

/** What is sent to the peer's origin alone; takes the credentials off `url`. */
function ownHeaders({ name, headers }: Peer, url: URL): Headers {
  const authorization = basicAuthorization(url);
  url.username = '';
  url.password = '';
  const own = new Headers(authorization === undefined ? {} : { authorization });
  for (const [header, value] of Object.entries(headers)) {
    try {
      own.set(header, value);
    } catch {
      // The error of `Headers` shows the value.
      const shownName = /^[\w-]{1,40}$/.test(header) ? header : 'one of them';
      throw new UnreachableError(
        `The headers for ${name} cannot be sent: ${shownName} is no name and value of a header.`,
        'Write them as name=value,name=value, with all characters but letters and digits percent-encoded.',
      );
    }
  }
  return own;
}

/** Follows redirects. The peer's own headers are sent to its origin only. */
async function followed(
  first: URL,
  own: Headers,
  { signal, headers }: { readonly signal: AbortSignal; readonly headers: Record<string, string> },
): Promise<{ readonly reply: Reply; readonly at: URL }> {
  let url = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const sent = new Headers(headers);
    if (url.origin === first.origin) for (const [name, value] of own) sent.set(name, value);
    const reply = await httpGet(url, { signal, headers: sent });
    const location = reply.header('location');
    if (location === undefined || ![301, 302, 303, 307, 308].includes(reply.status)) return { reply, at: url };
    if (!URL.canParse(location, url.href)) throw new Error(`it redirects to ${shown(location).slice(0, 200)}`);
    url = urlOf(new URL(location, url).href);
    url.username = '';
    url.password = '';
  }
  throw new Error('redirect count exceeded');
}

const MAX_REDIRECTS = 20;

/** A GET of JSON. Rejects with an `UnreachableError` if the answer is another. */
export async function askJson(peer: Peer, options: Asking): Promise<JsonAnswer> {
  const answer = await ask(peer, options);
  if (answer.status !== 200) throw refused(answer, peer);
  const date = Date.parse(answer.header('date') ?? '');
  const timeMs = Number.isNaN(date) ? answer.receivedAtMs : date;
  try {
    return { address: answer.address, timeMs, value: JSON.parse(answer.text) as unknown };
  } catch {
    throw new UnreachableError(`${answer.address} answered no JSON: ${excerpt(answer.text, peer, 100)}`);
  }
}

/** What another answer than was hoped for says. */
export function refused({ address, status, text }: Answered, peer: Peer): UnreachableError {
  return new UnreachableError(
    `${address} answered ${status}: ${excerpt(text, peer, 200)}`,
    statusRemedy(status, text, peer),
  );
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

/** The peer at a path below its own, with parameters. */
export function below(peer: Peer, path: string, parameters: Readonly<Record<string, string>> = {}): Peer {
  const url = urlOf(peer.address);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { ...peer, address: url.href };
}

function urlOf(address: string): URL {
  if (URL.canParse(address) && /^https?:/i.test(address)) return new URL(address);
  throw new UnreachableError(`${shown(address)} is no address of http or https.`);
}

/** Of a name with several addresses, none of which answers. */
function causeOf(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors[0] : error;
}

function reasonOf(cause: unknown): string {
  const { name } = Object(cause) as { name?: string };
  return name === 'AbortError' || name === 'TimeoutError' ? 'no answer in time' : errorText(cause);
}

import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { onTestFinished } from 'vitest';
import { bearer } from './serving.js';

export interface ReceivedEvent {
  readonly event: string;
  readonly data: unknown;
}

/** A client of server-sent events that keeps what it receives. */
export interface EventSourceClient {
  readonly status: number;
  readonly response: IncomingMessage;
  readonly events: readonly ReceivedEvent[];
  /** The raw text. */
  readonly text: string;
  /** The first event that fits, of those received or to come; removes it and those before it. */
  next(fits?: (event: ReceivedEvent) => boolean): Promise<ReceivedEvent>;
  readonly closed: Promise<void>;
  close(): void;
}

export interface EventSourceOptions {
  readonly method?: string;
  readonly body?: string;
  /** Takes the events; then nothing of them is kept. */
  readonly onEvent?: (event: ReceivedEvent) => void;
}

export async function openEvents(
  url: string,
  headers: Readonly<Record<string, string>> = bearer,
  { method = 'GET', body, onEvent }: EventSourceOptions = {},
): Promise<EventSourceClient> {
  const outgoing: ClientRequest = request(url, {
    method,
    headers: { Accept: 'text/event-stream', ...headers },
    agent: false,
  });
  outgoing.on('error', () => {});
  outgoing.end(body);
  onTestFinished(() => void outgoing.destroy());
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const events: ReceivedEvent[] = [];
  let text = '';
  let rest = '';
  let wake = (): void => {};
  response.setEncoding('utf8');
  response.on('error', () => {});
  response.on('data', (chunk: string) => {
    if (onEvent === undefined) text += chunk;
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith(':')) continue;
      const field = (name: string): string =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2) ?? '';
      const data = field('data');
      const received = { event: field('event'), data: data === '' ? undefined : JSON.parse(data) };
      if (onEvent === undefined) events.push(received);
      else onEvent(received);
    }
    wake();
  });
  const closed = new Promise<void>((resolve) => response.once('close', resolve));
  return {
    status: response.statusCode ?? 0,
    response,
    events,
    get text() {
      return text;
    },
    async next(fits = () => true) {
      for (;;) {
        const index = events.findIndex(fits);
        const found = events[index];
        if (found !== undefined) {
          events.splice(0, index + 1);
          return found;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    closed,
    close: () => outgoing.destroy(),
  };
}

import { randomBytes } from 'node:crypto';
import type { Clock } from '@sightline/base';
import { EventStream } from '../../http/event-stream.js';
import { checkMethod, type Exchange, sendJson } from '../../http/exchange.js';
import { readBody } from '../../http/request-body.js';
import { RequestError } from '../../http/request-error.js';
import { dataHeaders } from '../../http/security-headers.js';
import type { ViewerPlaces } from '../../http/viewers.js';
import type { StreamHello, Watch } from '../../model/stream.js';
import { keyOf, WatchBoard, type WatchBoardOptions, type WatchedQuestion } from './watch-board.js';
import { watchesIn } from './watch-request.js';

export interface PageStreamOptions extends WatchBoardOptions {
  readonly bootId: string;
  readonly clock: Clock;
  readonly places: ViewerPlaces;
}

/** The streams of the tabs: `GET /stream`, and `POST /stream/<id>` for what they watch. */
export class PageStreams {
  readonly #options: PageStreamOptions;
  readonly #board: WatchBoard;
  readonly #tabs = new Map<string, Tab>();

  constructor(options: PageStreamOptions) {
    this.#options = options;
    this.#board = new WatchBoard(options);
  }

  open(exchange: Exchange): void {
    checkMethod(exchange, 'GET');
    const { bootId, clock, places } = this.#options;
    const { request, response } = exchange;
    const stream = places.open((onClose) => {
      const headers = dataHeaders;
      const maxBufferedBytes = MAX_BUFFERED_BYTES;
      const opened = new EventStream({ request, response, headers, clock, maxBufferedBytes, pings: 'events' });
      opened.onClose(onClose);
      return opened;
    });
    // What was due meanwhile follows at once, not at the next tick.
    response.on('drain', () => this.#board.answerDue());
    const streamId = randomBytes(16).toString('base64url');
    const tab: Tab = { stream, watches: new Map() };
    this.#tabs.set(streamId, tab);
    stream.onClose(() => {
      this.#tabs.delete(streamId);
      for (const { question } of tab.watches.values()) this.#board.remove(question);
    });
    const hello: StreamHello = { streamId, bootId, nowMs: clock.now() };
    stream.send('hello', JSON.stringify(hello));
  }

  /** Replaces what a tab watches. */
  async watch(exchange: Exchange, streamId: string): Promise<void> {
    checkMethod(exchange, 'POST');
    const { clock } = this.#options;
    const json = await readBody(exchange.request, 'application/json', { maxBytes: MAX_REQUEST_BYTES, clock });
    const watches = watchesIn(json);
    const tab = this.#tabs.get(streamId);
    if (tab === undefined || tab.stream.isClosed)
      throw new RequestError(404, 'There is no such stream any more. Open a new one.');
    this.#replace(tab, watches);
    sendJson(exchange, 200, { watching: watches.length });
    this.#board.answerNew();
  }

  shutdown(): void {
    for (const { stream } of this.#tabs.values()) stream.end();
  }

  /** Ends at once what has not ended. */
  cut(): void {
    for (const { stream } of this.#tabs.values()) stream.cut();
  }

  #replace(tab: Tab, watches: readonly Watch[]): void {
    const before = new Map(tab.watches);
    tab.watches.clear();
    for (const watch of watches) {
      const key = keyOf(watch.path, watch.parameters);
      const known = before.get(watch.id);
      const isSame = known !== undefined && known.question.key === key;
      if (isSame) before.delete(watch.id);
      tab.watches.set(watch.id, isSame ? known : { question: this.#board.add(watch, tab.stream) });
    }
    for (const { question } of before.values()) this.#board.remove(question);
  }
}

interface Tab {
  readonly stream: EventStream;
  /** By the tab's own name of a watch. */
  readonly watches: Map<string, { readonly question: WatchedQuestion }>;
}

const MAX_REQUEST_BYTES = 65_536;
/** What one round of answers takes on a page with charts. */
const MAX_BUFFERED_BYTES = 262_144;

import type { LogRow, SpanKindName, SpanRow, TraceAnswer } from '../../src/model/answers.js';
import type { LiveMessage } from '../../src/model/message.js';
import { createRandom, type Random } from './random.js';

/** What six services of a shop did: as a real store would have it, of which the fake server answers. */
export interface FakeShop {
  readonly traces: TraceAnswer[];
  readonly lines: LogRow[];
  readonly messages: LiveMessage[];
  /** Another order or look at one, as of `timeMs`. */
  happen(timeMs: number): void;
}

export const shopServices = ['shop', 'payments', 'stock', 'mailer', 'search', 'users'] as const;

/** `count` traces over the 15 minutes before `nowMs`. */
export function createFakeShop({ nowMs, count, seed = 7 }: { nowMs: number; count: number; seed?: number }): FakeShop {
  const random = createRandom(seed);
  const shop: FakeShop = {
    traces: [],
    lines: [],
    messages: [],
    happen(timeMs) {
      const visit = new Visit(shop, random, timeMs);
      const kind = random.next();
      if (kind < 0.45) placeOrder(visit, random);
      else if (kind < 0.8) lookAtOrder(visit, random);
      else searchGoods(visit, random);
      visit.finish();
    },
  };
  for (let index = 0; index < count; index++) shop.happen(nowMs - 15 * 60_000 + (index / count) * 14.9 * 60_000);
  return shop;
}

function placeOrder(visit: Visit, random: Random): void {
  const orderId = `o-${1000 + random.below(9000)}`;
  const isDeclined = random.next() < 0.12;
  visit.span(
    'shop',
    'POST /orders',
    'server',
    40 + random.below(60),
    { 'http.request.method': 'POST', 'http.route': '/orders', 'url.path': '/orders' },
    () => {
      visit.line('shop', 'info', 'order accepted', { 'order.id': orderId, items: 3 });
      const command = visit.message('commands', 'PlaceOrder', 'shop', {
        orderId,
        items: [{ sku: 'a-1', count: 2 }],
        total: 42.5,
      });
      visit.span(
        'shop',
        'command PlaceOrder',
        'internal',
        6,
        { 'cqrs.command.name': 'PlaceOrder', 'order.id': orderId },
        () => {
          visit.span('shop', 'reserve', 'client', 2, { 'server.address': 'stock', 'rpc.method': 'reserve' }, () => {
            visit.span('stock', 'reserve', 'server', 4, { 'rpc.method': 'reserve' }, () => {
              visit.query(
                'stock',
                'UPDATE stock',
                'UPDATE stock SET left = left - $1 WHERE sku = $2',
                8 + random.below(20),
              );
              if (random.next() < 0.2) visit.line('stock', 'warn', 'queue "mail" grows: 61 waiting', { limit: 50 });
            });
          });
          const attempts = isDeclined ? 2 : 1;
          for (let attempt = 1; attempt <= attempts; attempt++) {
            visit.span('shop', 'charge', 'client', 3, { 'server.address': 'payments', attempt }, () => {
              const failure = isDeclined ? 'CardDeclined' : undefined;
              visit.span(
                'payments',
                'charge',
                'server',
                60 + random.below(120),
                { 'error.type': failure, 'card.number': '[redacted]', 'server.address': 'payments:8443' },
                () => {
                  visit.event('provider answered', { 'http.response.status_code': isDeclined ? 402 : 200 });
                  if (isDeclined) {
                    visit.fail('CardDeclined: the bank refused the card');
                    visit.line('payments', 'error', 'payment refused', {
                      'order.id': orderId,
                      'error.type': 'CardDeclined',
                      attempt,
                    });
                  }
                },
              );
            });
          }
          visit.query('shop', 'INSERT orders', 'INSERT INTO orders (id, total) VALUES ($1, $2)', 3 + random.below(9));
          const event = visit.message(
            'events',
            isDeclined ? 'OrderFailed' : 'OrderPlaced',
            'shop',
            { orderId, total: 42.5 },
            command,
          );
          visit.message(
            'sagas',
            isDeclined ? 'fulfilment compensated' : 'fulfilment completed',
            'shop',
            { orderId },
            event,
          );
          visit.span(
            'shop',
            `publish orders`,
            'producer',
            2,
            { 'messaging.destination.name': 'orders', 'messaging.system': 'nats' },
            () => {
              visit.span(
                'mailer',
                'process orders',
                'consumer',
                12 + random.below(20),
                { 'messaging.destination.name': 'orders', 'messaging.system': 'nats' },
                () => {
                  visit.line('mailer', 'info', isDeclined ? 'mail not sent' : 'mail sent', {
                    'order.id': orderId,
                    to: '[redacted]',
                  });
                  visit.message('events', 'MailSent', 'mailer', { orderId }, event);
                },
              );
            },
          );
          if (isDeclined) visit.fail('the order could not be paid');
        },
      );
      if (isDeclined) {
        visit.line('shop', 'error', 'POST /orders 502', {
          'http.route': '/orders',
          duration_ms: 204,
          'error.type': 'CardDeclined',
        });
        visit.fail('502');
      }
    },
  );
}

function lookAtOrder(visit: Visit, random: Random): void {
  const orderId = `o-${1000 + random.below(9000)}`;
  visit.span(
    'shop',
    'GET /orders/:id',
    'server',
    4,
    { 'http.request.method': 'GET', 'http.route': '/orders/:id' },
    () => {
      visit.message('queries', 'GetOrder', 'shop', { orderId });
      visit.span(
        'shop',
        'GET session',
        'client',
        1 + random.below(2),
        { 'db.system.name': 'redis', 'db.query.summary': 'GET session' },
        () => {},
      );
      visit.query(
        'shop',
        'SELECT orders',
        'SELECT id, total FROM orders WHERE id = $1',
        2 + random.below(random.next() < 0.05 ? 400 : 12),
      );
      visit.span('shop', 'who', 'client', 1, { 'server.address': 'users' }, () => {
        visit.span('users', 'GET /users/:id', 'server', 2 + random.below(6), { 'http.route': '/users/:id' }, () => {});
      });
      visit.line('shop', 'debug', 'order read', { 'order.id': orderId, fromCache: random.next() < 0.3 });
    },
  );
}

function searchGoods(visit: Visit, random: Random): void {
  const words = random.pick(['red shoes', 'tea', 'a lamp']);
  visit.span('shop', 'GET /search', 'server', 3, { 'http.route': '/search' }, () => {
    visit.span('shop', 'search', 'client', 2, { 'server.address': 'search' }, () => {
      visit.span('search', 'POST /search', 'server', 8 + random.below(70), { 'http.route': '/search', words }, () => {
        visit.line('search', 'info', 'found', { words, hits: random.below(90) });
      });
    });
  });
}

/** Writes down what happens within one trace, with a clock of its own. */
class Visit {
  readonly #shop: FakeShop;
  readonly #random: Random;
  readonly #startMs: number;
  readonly #traceId: string;
  readonly #spans: SpanRow[] = [];
  readonly #open: Array<{ -readonly [Key in keyof SpanRow]: SpanRow[Key] }> = [];
  readonly #messages: string[] = [];
  readonly #lines: LogRow[] = [];
  #nowMs = 0;

  constructor(shop: FakeShop, random: Random, startMs: number) {
    this.#shop = shop;
    this.#random = random;
    this.#startMs = startMs;
    this.#traceId = random.hex(32);
  }

  span(
    service: string,
    name: string,
    kind: SpanKindName,
    ownMs: number,
    attributes: Record<string, unknown>,
    inside: () => void,
  ): void {
    const parent = this.#open.at(-1);
    const span = {
      spanId: this.#random.hex(16),
      parentSpanId: parent?.spanId ?? null,
      isParentMissing: false,
      depth: this.#open.length,
      service,
      name,
      kind,
      startMs: this.#startMs + this.#nowMs,
      offsetMs: this.#nowMs,
      durationMs: 0,
      correctedMs: 0,
      status: 'unset' as SpanRow['status'],
      statusMessage: null as string | null,
      isCritical: kind !== 'consumer' && name !== 'GET session',
      scope: '@sightline/tracing',
      attributes: Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)),
      events: [] as SpanRow['events'],
      links: [] as SpanRow['links'],
      leftOut: 0,
    };
    this.#spans.push(span);
    this.#open.push(span);
    this.#nowMs += ownMs / 2;
    inside();
    this.#nowMs += ownMs / 2 + this.#random.next();
    span.durationMs = this.#nowMs - span.offsetMs;
    this.#open.pop();
  }

  query(service: string, summary: string, text: string, ms: number): void {
    const attributes = {
      'db.system.name': 'postgresql',
      'db.query.summary': summary,
      'db.query.text': text,
      'db.namespace': 'shop',
    };
    this.span(service, summary, 'client', ms, attributes, () => {});
  }

  event(name: string, attributes: Record<string, unknown>): void {
    const span = this.#open.at(-1);
    if (span !== undefined) span.events = [...span.events, { name, offsetMs: this.#nowMs, attributes }];
  }

  fail(message: string): void {
    const span = this.#open.at(-1);
    if (span === undefined) return;
    span.status = 'error';
    span.statusMessage = message;
  }

  line(service: string, level: LogRow['level'], message: string, attributes: Record<string, unknown>): void {
    const line = {
      id: String(this.#shop.lines.length + 1).padStart(8, '0'),
      timeMs: this.#startMs + this.#nowMs,
      service,
      level,
      logger: service,
      message,
      attributes,
      traceId: this.#traceId,
      spanId: this.#open.at(-1)?.spanId ?? null,
    };
    this.#shop.lines.push(line);
    this.#lines.push(line);
  }

  message(topic: string, type: string, source: string, payload: unknown, cause?: LiveMessage): LiveMessage {
    const messageId = `m-${this.#shop.messages.length + 1}`;
    const message = {
      id: `boot:${this.#shop.messages.length + 1}`,
      topic,
      type,
      timestampMs: this.#startMs + this.#nowMs,
      source,
      payload,
      isCut: false,
      traceId: this.#traceId,
      spanId: this.#open.at(-1)?.spanId ?? null,
      correlationId: cause?.correlationId ?? messageId,
      causationId: cause?.messageId ?? null,
      messageId,
    };
    this.#shop.messages.push(message);
    this.#messages.push(message.id);
    return message;
  }

  finish(): void {
    const other = this.#shop.traces.at(-1);
    const [root] = this.#spans;
    if (root !== undefined && other !== undefined && this.#random.next() < 0.1) {
      this.#spans[0] = {
        ...root,
        links: [
          {
            traceId: other.traceId,
            spanId: other.spans[0]?.spanId ?? '',
            attributes: { reason: 'retry' },
            isKept: true,
          },
        ],
      };
    }
    this.#shop.traces.push({
      traceId: this.#traceId,
      startMs: this.#startMs,
      durationMs: this.#nowMs,
      services: [...new Set(this.#spans.map(({ service }) => service))],
      errors: this.#spans.filter(({ status }) => status === 'error').length,
      spans: this.#spans,
      logLines: this.#lines,
      moreLogLines: 0,
      messages: this.#messages,
      moreSpans: 0,
    });
  }
}

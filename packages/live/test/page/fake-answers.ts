import type {
  AboutAnswer,
  DatabaseAnswer,
  FlowAnswer,
  LogsAnswer,
  MessagesAnswer,
  OperationRow,
  OverviewAnswer,
  ProfilesAnswer,
  RuntimeAnswer,
  ServicesAnswer,
  SettingsAnswer,
  SpanRow,
  TimeSeries,
  TopicsAnswer,
  TraceAnswer,
  TracesAnswer,
} from '../../src/model/answers.js';
import { metricHistory, shopMetrics } from './fake-metrics.js';
import { type FakeShop, shopServices } from './fake-shop.js';

/** What the fake server is asked with. */
export interface FakeQuery {
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly nowMs: number;
}

export interface FakeState {
  readonly kind: AboutAnswer['kind'];
  bootId: string;
  startedMs: number;
  shop: FakeShop;
  isEmpty: boolean;
  isReady: boolean;
  running: ProfilesAnswer['running'];
  profiles: ProfilesAnswer['profiles'];
}

/** The answer of a path; a number for a status without one. */
export function fakeAnswer(state: FakeState, query: FakeQuery): unknown {
  const { path, parameters } = query;
  const [first = '', second] = path.split('/');
  switch (first) {
    case 'about':
      return about(state, query);
    case 'services':
      return services(state);
    case 'overview':
      return overview(state, query);
    case 'operations':
      return { operations: operations(state, query).slice(0, Number(parameters.get('limit') ?? 20)) };
    case 'losses':
      return { losses: losses(state) };
    case 'metrics':
      if (second === undefined)
        return { metrics: state.isEmpty ? [] : shopMetrics.filter(({ service }) => isOf(parameters, service)) };
      return history(state, query);
    case 'traces':
      return second === undefined
        ? traces(state, query)
        : (state.shop.traces.find(({ traceId }) => traceId === second) ?? 404);
    case 'logs':
      return logs(state, query);
    case 'topics':
      return topics(state, query);
    case 'messages':
      return second === undefined ? messages(state, query) : message(state, decodeURIComponent(second));
    case 'flow':
      return flow(state, query);
    case 'runtime':
      return runtime(state, query);
    case 'database':
      return database(state, query);
    case 'settings':
      return settings();
    case 'pages':
      return ownPage(second ?? '', query);
    case 'profiles':
      return { running: state.running, profiles: state.profiles };
    default:
      return 404;
  }
}

function about({ kind, bootId, startedMs, isEmpty }: FakeState, { nowMs }: FakeQuery): AboutAnswer {
  return {
    kind,
    version: '0.1.0',
    bootId,
    startedMs,
    nowMs,
    service: kind === 'embedded' ? { name: 'shop', version: '1.4.2', environment: 'development' } : null,
    process: { pid: 4127, node: 'v20.20.2', host: 'desk' },
    receives: kind === 'viewer' ? { http: 'http://localhost:4318', grpc: 'http://localhost:4317' } : null,
    canProfile: kind === 'embedded',
    hasSessions: kind === 'viewer',
    pages: isEmpty
      ? []
      : [
          { id: 'tenants', title: 'Tenants' },
          { id: 'spot-price', title: 'Spot price' },
        ],
  };
}

function services({ shop, startedMs, isEmpty }: FakeState): ServicesAnswer {
  if (isEmpty) return { services: [] };
  const spans = shop.traces.flatMap((trace) => trace.spans);
  return {
    services: shopServices.map((name, index) => ({
      name,
      version: index === 4 ? null : `1.${index}.2`,
      language: index === 4 ? 'python' : 'nodejs',
      instances: index === 1 ? 2 : 1,
      restarts: index === 1 ? 1 : 0,
      firstMs: startedMs,
      lastMs: shop.traces.at(-1)?.startMs ?? startedMs,
      clockAheadMs: index === 4 ? 12.5 : null,
      spans: spans.filter(({ service }) => service === name).length,
      logLines: shop.lines.filter(({ service }) => service === name).length,
      metrics: shopMetrics.filter(({ service }) => service === name).length,
      messages: shop.messages.filter(({ source }) => source === name).length,
    })),
  };
}

function overview(state: FakeState, query: FakeQuery): OverviewAnswer {
  const { nowMs } = query;
  const health: OverviewAnswer['health'] = state.isReady
    ? {
        status: 'ready',
        checks: [
          { name: 'postgres', failure: null },
          { name: 'nats', failure: null },
        ],
      }
    : {
        status: 'not ready',
        checks: [
          { name: 'postgres', failure: 'connect ECONNREFUSED 127.0.0.1:5432' },
          { name: 'nats', failure: null },
        ],
      };
  if (state.isEmpty) {
    return {
      health: state.isReady ? { status: 'ready', checks: [] } : health,
      requestsFrom: null,
      requests: null,
      errors: null,
      duration: null,
      messages: { commands: null, queries: null, events: null },
      sagas: null,
      eventLoop: null,
      memory: null,
      series: { timesMs: [], values: {} },
      operations: [],
      recentErrors: [],
      losses: losses(state),
    };
  }
  const recent = state.shop.lines.filter(({ level, service }) => level === 'error' && isOf(query.parameters, service));
  const count = (topic: string): { total: number; perSecond: number } => {
    const total = state.shop.messages.filter((each) => each.topic === topic).length;
    return { total, perSecond: total / 900 };
  };
  return {
    health,
    requestsFrom: 'metrics',
    requests: { total: 370_800, perSecond: 412 },
    errors: { total: 6674, share: 0.018 },
    duration: { meanMs: 61.2, p50Ms: 48, p95Ms: 212 },
    messages: { commands: count('commands'), queries: count('queries'), events: count('events') },
    sagas: { started: 137, running: 4, ended: { completed: 117, compensated: 14, failed: 2 } },
    eventLoop: { delayP99Ms: 3.1, utilization: 0.41 },
    memory: { residentBytes: 231e6, heapUsedBytes: 118e6, heapLimitBytes: 512e6 },
    series: series(nowMs, query, {
      requests: (wave) => 412 * wave,
      errors: (wave, index) => (index > 640 && index < 720 ? 32 * wave : 2.4 * wave),
      p50Ms: (wave) => 48 * wave,
      p95Ms: (wave, index) => (index > 640 && index < 720 ? 420 : 170) * wave,
      events: (wave) => 9 * wave,
      commands: (wave) => 4 * wave,
      queries: (wave) => 6 * wave,
      eventLoopDelayMs: (wave) => 3 * wave,
    }),
    operations: operations(state, query).slice(0, 12),
    recentErrors: [...recent].reverse().slice(0, 20),
    losses: losses(state),
  };
}

function losses({ isEmpty }: FakeState): OverviewAnswer['losses'] {
  if (isEmpty) return [{ what: 'spans', total: 0, lost: 0, reason: 'queue full', severity: 'ok' }];
  return [
    { what: 'spans', total: 184_220, lost: 0, reason: 'queue full', severity: 'ok' },
    { what: 'log lines', total: 512_908, lost: 0, reason: 'queue full', severity: 'ok' },
    { what: 'recordings', total: 9_100_000, lost: 3, reason: 'mislabelled', severity: 'warn' },
    { what: 'metrics', total: 4210, lost: 12, reason: 'not delivered', severity: 'bad' },
    { what: 'spans here', total: 5000, lost: 31_204, reason: 'sampled out', severity: 'info' },
    { what: 'messages', total: 4000, lost: 12_102, reason: 'older, overwritten', severity: 'info' },
  ];
}

function operations({ shop, isEmpty }: FakeState, { parameters }: FakeQuery): OperationRow[] {
  if (isEmpty) return [];
  const firstMs = shop.traces[0]?.startMs ?? 0;
  const groups = new Map<string, SpanRow[]>();
  for (const { spans } of shop.traces) {
    for (const span of spans) {
      if (!isOf(parameters, span.service)) continue;
      const key = `${span.service}\n${span.kind}\n${span.name}`;
      groups.set(key, [...(groups.get(key) ?? []), span]);
    }
  }
  const rows = [...groups.values()].map((spans): OperationRow => {
    const times = spans.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
    const total = times.reduce((sum, ms) => sum + ms, 0);
    const [{ service, name, kind } = { service: '', name: '', kind: 'internal' as const }] = spans;
    return {
      service,
      name,
      kind,
      count: spans.length,
      perSecond: spans.length / 900,
      errors: spans.filter(({ status }) => status === 'error').length,
      meanMs: total / times.length,
      p50Ms: quantile(times, 0.5),
      p95Ms: quantile(times, 0.95),
      maxMs: times.at(-1) ?? 0,
      totalMs: total,
      spark: Array.from(
        { length: 40 },
        (_, index) => spans.filter(({ startMs }) => Math.floor((startMs - firstMs) / 22_500) === index).length,
      ),
    };
  });
  return rows.sort((a, b) => b.totalMs - a.totalMs);
}

function history({ shop }: FakeState, { parameters, nowMs }: FakeQuery): unknown {
  const metric = shopMetrics.find(({ name, service }) => name === parameters.get('name') && isOf(parameters, service));
  if (metric === undefined) return 404;
  const after = parameters.get('after');
  const answer = metricHistory(metric, {
    untilMs: Number(parameters.get('until') ?? nowMs),
    lastMs: rangeMs(parameters),
    ...(after !== null && { afterMs: Number(after) }),
    limit: Number(parameters.get('limit') ?? 10),
    exemplars: shop.traces
      .slice(-6)
      .reverse()
      .map(({ traceId, startMs, durationMs, spans }) => ({
        timeMs: startMs,
        value: durationMs / 1000,
        traceId,
        spanId: spans[0]?.spanId ?? '',
        labels: { route: '/orders' },
      })),
  });
  const wanted = [...parameters].filter(([name]) => name.startsWith('label.'));
  return {
    ...answer,
    series: answer.series.filter(({ labels }) => wanted.every(([name, value]) => labels[name.slice(6)] === value)),
  };
}

function traces({ shop, isEmpty }: FakeState, { parameters, nowMs }: FakeQuery): TracesAnswer {
  const until = Number(parameters.get('until') ?? nowMs);
  const kept = isEmpty
    ? []
    : shop.traces.filter(({ startMs }) => startMs <= until && startMs > until - rangeMs(parameters));
  const matching = kept.filter((trace) => matchesTrace(trace, parameters));
  const compare = {
    newest: (a: TraceAnswer, b: TraceAnswer) => b.startMs - a.startMs,
    slowest: (a: TraceAnswer, b: TraceAnswer) => b.durationMs - a.durationMs,
    spans: (a: TraceAnswer, b: TraceAnswer) => b.spans.length - a.spans.length,
    errors: (a: TraceAnswer, b: TraceAnswer) => b.errors - a.errors,
  }[parameters.get('sort') ?? 'newest'];
  return {
    matching: matching.length,
    kept: kept.length,
    traces: [...matching]
      .sort(compare)
      .slice(0, Number(parameters.get('limit') ?? 50))
      .map(({ traceId, startMs, durationMs, services: names, spans, errors }) => ({
        traceId,
        startMs,
        durationMs,
        name: spans[0]?.name ?? '',
        service: spans[0]?.service ?? '',
        isRootMissing: false,
        services: names,
        spans: spans.length,
        errors,
      })),
    sampledOut: 204,
    spansKept: kept.reduce((sum, { spans }) => sum + spans.length, 0),
    spansOverwritten: isEmpty ? 0 : 12_400,
  };
}

function matchesTrace({ spans, durationMs, errors }: TraceAnswer, parameters: URLSearchParams): boolean {
  const name = parameters.get('name')?.toLowerCase();
  const status = parameters.get('status');
  return (
    spans.some(({ service }) => isOf(parameters, service)) &&
    (name === undefined || spans.some((span) => span.name.toLowerCase().includes(name))) &&
    durationMs >= Number(parameters.get('minMs') ?? 0) &&
    durationMs <= Number(parameters.get('maxMs') ?? Number.POSITIVE_INFINITY) &&
    (status === null || status === (errors > 0 ? 'error' : 'ok')) &&
    parameters.getAll('attribute').every((term) => {
      const [key = '', value] = term.split('=');
      return spans.some(({ attributes }) =>
        value === undefined ? key in attributes : String(attributes[key]) === value,
      );
    })
  );
}

const levelOrder = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

function logs({ shop, isEmpty }: FakeState, { parameters, nowMs }: FakeQuery): LogsAnswer {
  const until = Number(parameters.get('until') ?? nowMs);
  const kept = isEmpty
    ? []
    : shop.lines.filter(({ timeMs }) => timeMs <= until && timeMs > until - rangeMs(parameters));
  const lowest = levelOrder.indexOf(parameters.get('level') ?? 'trace');
  const words = (parameters.get('filter') ?? '').toLowerCase().split(/\s+/);
  const matching = kept.filter(
    (line) =>
      isOf(parameters, line.service) &&
      levelOrder.indexOf(line.level) >= lowest &&
      (parameters.get('traceId') ?? line.traceId) === line.traceId &&
      (parameters.get('spanId') ?? line.spanId) === line.spanId &&
      words.every((word) =>
        `${line.message} ${Object.entries(line.attributes)
          .map(([key, value]) => `${key}=${value}`)
          .join(' ')}`
          .toLowerCase()
          .includes(word),
      ),
  );
  const after = parameters.get('after');
  const limit = Number(parameters.get('limit') ?? 200);
  const lines =
    after === null ? [...matching].reverse().slice(0, limit) : matching.filter(({ id }) => id > after).slice(-limit);
  return {
    lines,
    matching: matching.length,
    kept: kept.length,
    overwritten: isEmpty ? 0 : 3120,
    skipped: 0,
    cursor: shop.lines.at(-1)?.id ?? '00000000',
  };
}

function topics({ shop, isEmpty }: FakeState, { nowMs }: FakeQuery): TopicsAnswer {
  return {
    topics: ['events', 'commands', 'queries', 'sagas'].map((topic) => {
      const own = isEmpty ? [] : shop.messages.filter((each) => each.topic === topic);
      const counts = new Map<string, number>();
      for (const { type } of own) counts.set(type, (counts.get(type) ?? 0) + 1);
      return {
        topic,
        published: own.length + (topic === 'events' && !isEmpty ? 12_102 : 0),
        kept: own.length,
        overwritten: topic === 'events' && !isEmpty ? 12_102 : 0,
        perSecond: own.length / 900,
        perSecondOfMinute: own.length / 900,
        subscribers: 1,
        types: [...counts]
          .sort(([, a], [, b]) => b - a)
          .map(([type, published]) => ({
            type,
            published,
            perSecond: published / 900,
            lastMs: own.findLast((each) => each.type === type)?.timestampMs ?? nowMs,
          })),
      };
    }),
  };
}

function messages({ shop, isEmpty }: FakeState, { parameters }: FakeQuery): MessagesAnswer {
  const filter = (parameters.get('filter') ?? '').toLowerCase();
  const matching = isEmpty
    ? []
    : shop.messages.filter(
        (each) =>
          (parameters.get('topic') ?? each.topic) === each.topic &&
          (parameters.get('type') ?? each.type) === each.type &&
          (parameters.get('source') ?? each.source) === each.source &&
          (parameters.get('traceId') ?? each.traceId) === each.traceId &&
          `${each.type} ${each.source} ${JSON.stringify(each.payload)}`.toLowerCase().includes(filter),
      );
  const after = Number(parameters.get('after')?.split(':')[1] ?? Number.NaN);
  const limit = Number(parameters.get('limit') ?? 100);
  return {
    messages: Number.isNaN(after)
      ? [...matching].reverse().slice(0, limit)
      : matching.filter(({ id }) => Number(id.split(':')[1]) > after),
    skipped: 0,
    cursor: shop.messages.at(-1)?.id ?? 'boot:0',
  };
}

function message({ shop }: FakeState, id: string): unknown {
  const found = shop.messages.find((each) => each.id === id);
  return found === undefined
    ? 404
    : { message: found, chain: shop.messages.filter(({ correlationId }) => correlationId === found.correlationId) };
}

function flow({ shop, isEmpty }: FakeState, { nowMs }: FakeQuery): FlowAnswer {
  if (isEmpty) return { nodes: [], edges: [] };
  const newest = shop.traces.at(-1)?.traceId ?? '';
  const node = (
    id: string,
    kind: FlowAnswer['nodes'][number]['kind'],
    perSecond: number,
    p95Ms: number | null,
    errorShare: number = 0,
  ): FlowAnswer['nodes'][number] => ({
    id,
    name: id,
    kind,
    perSecond,
    p95Ms,
    errorShare,
    lastMs: nowMs,
  });
  const edge = (
    from: string,
    to: string,
    perSecond: number,
    p95Ms: number,
    errors: number = 0,
  ): FlowAnswer['edges'][number] => ({
    from,
    to,
    perSecond,
    p95Ms,
    errors,
    count: Math.round(perSecond * 60),
    traceId: newest,
  });
  return {
    nodes: [
      node('shop', 'service', 412, 212, 0.018),
      node('payments', 'service', 38, 190, 0.12),
      node('stock', 'service', 38, 44),
      node('search', 'service', 92, 71),
      node('users', 'service', 280, 9),
      node('mailer', 'service', 37, 33),
      node('orders', 'topic', 37, null),
      node('postgres', 'database', 640, 14),
      node('redis', 'database', 301, 2),
      node('bank.example.com', 'peer', 38, 181, 0.12),
    ],
    edges: [
      edge('shop', 'payments', 38, 190, 270),
      edge('shop', 'stock', 38, 44),
      edge('shop', 'search', 92, 71),
      edge('shop', 'users', 280, 9),
      edge('shop', 'postgres', 420, 14),
      edge('shop', 'redis', 301, 2),
      edge('shop', 'orders', 37, 4),
      edge('orders', 'mailer', 36, 33),
      edge('stock', 'postgres', 220, 21),
      edge('payments', 'bank.example.com', 38, 181, 270),
      edge('mailer', 'shop', 2, 8),
    ],
  };
}

function runtime(state: FakeState, query: FakeQuery): RuntimeAnswer {
  const { nowMs, parameters } = query;
  const facts = (service: string, index: number): RuntimeAnswer['processes'][number] => ({
    service,
    services: [service],
    hasEnded: false,
    lastMs: nowMs,
    instance: `${service}-1`,
    pid: 4127 + index,
    startedMs: state.startedMs,
    versions: { node: 'v20.20.2', v8: '11.3.244.8', uv: '1.46.0', openssl: '3.0.16' },
    residentBytes: 231e6 - index * 2e7,
    heapUsedBytes: 118e6 - index * 1e7,
    heapLimitBytes: 512e6,
    eventLoopDelayP99Ms: 3.1 + index,
    eventLoopUtilization: 0.41 - index * 0.05,
    handles: { TCPSocketWrap: 14, Timeout: 9, TCPServerWrap: 2, PipeWrap: 2 },
  });
  if (state.isEmpty) return { processes: [], series: { timesMs: [], values: {} }, heapHolders: [], queues: [] };
  const names = state.kind === 'embedded' ? ['shop'] : shopServices.filter((name) => isOf(parameters, name));
  return {
    processes: names.map(facts),
    series: series(nowMs, query, {
      residentBytes: (wave) => 200e6 + 30e6 * wave,
      heapTotalBytes: (wave) => 150e6 + 5e6 * wave,
      heapUsedBytes: (wave) => 80e6 + 40e6 * wave,
      externalBytes: (wave) => 8e6 * wave,
      eventLoopDelayP99Ms: (wave) => 3 * wave,
      eventLoopUtilization: (wave) => 0.4 * wave,
      cpuShare: (wave) => 0.52 * wave,
      gcMsPerSecond: (wave) => 6 * wave,
      handles: (wave) => Math.round(27 * wave),
    }),
    heapHolders:
      state.kind === 'viewer'
        ? []
        : [
            { name: 'Map', bytes: 31e6, items: 40_112, limit: null, detail: 'sessions' },
            { name: 'string', bytes: 22e6, items: 201_004, limit: null, detail: '' },
            { name: 'Order', bytes: 12e6, items: 9_210, limit: null, detail: 'order-cache.ts' },
            { name: 'ArrayBuffer', bytes: 7e6, items: 212, limit: null, detail: '' },
          ],
    queues:
      state.kind === 'viewer'
        ? []
        : [
            { name: 'spans to send', bytes: 410_000, items: 1880, limit: 2048, detail: 'OTLP' },
            { name: 'log lines to send', bytes: 92_000, items: 210, limit: 2048, detail: 'OTLP' },
            { name: 'mail', bytes: null, items: 61, limit: 50, detail: 'of the service' },
          ],
  };
}

function database({ shop, isEmpty }: FakeState, query: FakeQuery): DatabaseAnswer {
  if (isEmpty) return { queries: [], slow: [] };
  const spans = shop.traces.flatMap(({ traceId, spans: all }) =>
    all.flatMap((span) => ('db.query.summary' in span.attributes ? [{ traceId, span }] : [])),
  );
  const isQuery = new Set(spans.map(({ span }) => `${span.service} ${span.name}`));
  return {
    queries: operations({ shop, isEmpty } as FakeState, query)
      .filter(({ service, name }) => isQuery.has(`${service} ${name}`))
      .map(({ name, ...row }) => ({ ...row, summary: name, system: name === 'GET session' ? 'redis' : 'postgresql' })),
    slow: spans
      .filter(({ span }) => isOf(query.parameters, span.service))
      .sort((a, b) => b.span.durationMs - a.span.durationMs)
      .slice(0, 15)
      .map(({ traceId, span }) => ({
        timeMs: span.startMs,
        service: span.service,
        summary: span.name,
        text: typeof span.attributes['db.query.text'] === 'string' ? span.attributes['db.query.text'] : null,
        durationMs: span.durationMs,
        traceId,
        spanId: span.spanId,
        isError: span.status === 'error',
      })),
  };
}

function settings(): SettingsAnswer {
  return {
    sections: [
      {
        title: 'Service',
        rows: [
          { name: 'serviceName', value: 'shop', source: 'code' },
          { name: 'serviceVersion', value: '1.4.2', source: 'code' },
          { name: 'environment', value: 'development', source: 'environment: NODE_ENV' },
        ],
      },
      {
        title: 'Prometheus',
        rows: [
          { name: 'port', value: '9464', source: 'default' },
          { name: 'host', value: '127.0.0.1', source: 'environment: METRICS_HOST' },
          { name: 'basicAuth', value: '********', source: 'environment: METRICS_AUTH' },
        ],
      },
      {
        title: 'OTLP',
        rows: [
          {
            name: 'endpoint',
            value: 'http://collector.internal.example.com:4318/v1/traces',
            source: 'environment: OTEL_EXPORTER_OTLP_ENDPOINT',
          },
          { name: 'headers', value: 'authorization=********', source: 'environment: OTEL_EXPORTER_OTLP_HEADERS' },
          { name: 'maxQueue', value: '2048', source: 'default' },
        ],
      },
      {
        title: 'Live',
        rows: [
          { name: 'maxMessages', value: '1000 of each topic', source: 'default' },
          { name: 'maxBytes', value: '32 MB', source: 'default' },
        ],
      },
    ],
  };
}

function ownPage(id: string, query: FakeQuery): unknown {
  if (id === 'tenants') {
    return {
      kind: 'rows',
      columns: ['tenant', 'plan', 'orders', 'active'],
      rows: [
        ['north', 'large', 1204, true],
        ['south', 'small', 31, true],
        ['west', 'small', 0, false],
        ['<b>east</b>', null, 7, true],
      ],
      moreRows: 0,
    };
  }
  if (id !== 'spot-price') return 404;
  const { timesMs, values } = series(query.nowMs, query, { zone: (wave) => 80 * wave });
  return { kind: 'chart', unit: '{EUR/MWh}', timesMs, series: [{ name: 'zone', values: values['zone'] ?? [] }] };
}

/** `last` in steps of a second, at most 900. */
function series(
  nowMs: number,
  { parameters }: FakeQuery,
  of: Record<string, (wave: number, index: number) => number>,
): TimeSeries {
  const until = Number(parameters.get('until') ?? nowMs);
  const lastMs = rangeMs(parameters);
  const stepMs = Math.max(1000, lastMs / 900);
  const count = Math.floor(lastMs / stepMs);
  const start = Math.floor(until / stepMs) - count + 1;
  const waveAt = (index: number, seed: number): number => {
    const at = start + index;
    const noise = Math.abs(Math.sin(at * 12.9898 + seed * 78.233) * 43_758.5453) % 1;
    return 1 + 0.1 * Math.sin(at / 83 + seed) + 0.06 * Math.sin(at / 29 + seed * 5) + 0.09 * (noise - 0.5);
  };
  return {
    timesMs: Array.from({ length: count }, (_, index) => (start + index) * stepMs),
    values: Object.fromEntries(
      Object.entries(of).map(([name, value], seed) => [
        name,
        Array.from({ length: count }, (_, index) => value(waveAt(index, seed), index)),
      ]),
    ),
  };
}

function rangeMs(parameters: URLSearchParams): number {
  const [, amount = '15', unit = 'm'] = /^(\d+)(s|m|h)$/.exec(parameters.get('last') ?? '15m') ?? [];
  return Number(amount) * ({ s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 60_000);
}

function isOf(parameters: URLSearchParams, service: string): boolean {
  return (parameters.get('service') ?? service) === service;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

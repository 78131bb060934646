import type { AnswersByPath } from './answers-by-path.js';

/** A path of the JSON API, as `GET /live/api/` lists it. */
export interface ApiPath {
  readonly methods: ReadonlyArray<'GET' | 'POST'>;
  /** Of GET: names, with the values that they take. `label.<name>` stands for any name behind the point. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly postParameters?: Readonly<Record<string, string>>;
  readonly gives: string;
  /** If only one of them has it. */
  readonly only?: 'service' | 'viewer';
}

/** Below `/live/api/`; `<id>` stands for any. Every path that has an answer, and those that only HTTP has. */
export type ApiPathName = PathPattern<keyof AnswersByPath> | 'pages/<id>' | 'profiles/<id>' | 'session';

type PathPattern<Path extends string> = Path extends `${infer First}/${infer Rest}`
  ? string extends Rest
    ? `${First}/<id>`
    : Path
  : Path;

const service = { service: "a service's name; default: all" };
const time = {
  ...service,
  last: '`90s`, `15m`, `1h`, at most `7d`; default `15m`',
  until: 'Unix time in ms; default: now',
};
const cursor = { after: 'the `cursor` of an earlier answer: what came since, oldest first' };

/** All that is answered. */
export const apiPaths: Readonly<Record<ApiPathName, ApiPath>> = {
  about: get({}, 'what this is, its version and what it can do'),
  services: get({}, 'the services that have sent something'),
  overview: get(time, 'the first page: health, requests, errors, durations, messages, memory, operations, losses'),
  operations: get(
    { ...time, sort: '`time` (default), `rate`, `errors`, `p95`', limit: '100; at most 1000' },
    'spans by service, name and kind: counts, errors, mean, p50, p95',
  ),
  losses: get(service, 'what was lost or left out, and why; rows with 0, too'),
  metrics: get(service, 'the metrics that there are'),
  'metrics/history': get(
    {
      name: 'the name of the metric, as `metrics` has it',
      ...time,
      'label.<name>': 'the value of a label; any number of labels',
      by: 'a label: one line for each of its values; `service.instance.id`: for each instance',
      limit: 'lines, the largest first: 10; at most 1000',
      after: 'Unix time in ms, or the `cursor` of an earlier answer: only later points',
    },
    'one metric over time: rates, values, quantiles, the heat map, exemplars',
  ),
  traces: get(
    {
      ...time,
      name: 'a part of the name of any span',
      minMs: 'the shortest duration',
      maxMs: 'the longest duration',
      status: '`error`, `ok`',
      attribute: '`key=value` or `key`, of any span; may be repeated',
      sort: '`newest` (default), `slowest`, `spans`, `errors`',
      limit: '50; at most 500',
    },
    'traces',
  ),
  'traces/<id>': get({}, 'the spans of a trace, depth first, with its log lines and critical path'),
  logs: get(
    {
      ...time,
      level: 'the lowest: `trace`, `debug`, `info`, `warn`, `error`, `fatal`',
      filter: 'words and `key=value`; all must match',
      traceId: 'lines of this trace, whenever it was',
      spanId: 'lines of this span',
      limit: '200; at most 5000',
      ...cursor,
    },
    'log lines, newest first',
  ),
  topics: get({}, 'topics of messages, with counts and rates by type'),
  messages: get(
    {
      topic: '`events`, `commands`, `queries`, `sagas`, or one of your own; default: all',
      type: 'the type of a message',
      source: "the sending service's name",
      filter: 'words that type, source or payload hold; all must match',
      traceId: 'messages of this trace',
      correlationId: 'messages of this correlation',
      limit: '100; at most 1000',
      ...cursor,
    },
    'messages, newest first',
  ),
  'messages/<id>': get({}, 'a message, and the chain that it belongs to, oldest first'),
  flow: get({ ...time, last: 'as above; default `1m`' }, 'services, topics, databases and other peers as a graph'),
  runtime: get(time, 'memory, event loop, garbage collection, handles, by process'),
  database: get(time, 'queries by summary, and the slow ones'),
  settings: get({}, 'the effective settings with their sources, secrets masked'),
  'pages/<id>': { ...get({}, "a page of the service's own: rows or a chart"), only: 'service' },
  profiles: {
    ...get({}, 'the CPU profiles kept; POST starts one of ten seconds, or looks for the largest in the heap'),
    methods: ['GET', 'POST'],
    postParameters: { kind: '`cpu` (default), `heap`' },
    only: 'service',
  },
  'profiles/<id>': { ...get({}, 'a `.cpuprofile` file'), only: 'service' },
  session: {
    ...get({}, 'all that is kept as one file; POST adds such a file'),
    methods: ['GET', 'POST'],
    only: 'viewer',
  },
};

function get(parameters: ApiPath['parameters'], gives: string): ApiPath {
  return { methods: ['GET'], parameters, gives };
}

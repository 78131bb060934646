import { type Clock, didYouMean, valueText } from '@sightline/base';
import type { OverviewAnswer } from '../model/answers.js';
import { ApiError, type LiveApi } from '../model/api.js';
import { type ApiPathName, apiPaths } from '../model/api-paths.js';
import type { Broadcaster } from '../model/broadcaster.js';
import type { LiveHost } from '../model/host.js';
import type { LiveStore } from '../store/live-store.js';
import { metricRow } from '../store/metrics/metric-row.js';
import { databaseAnswer } from './database.js';
import { flowAnswer } from './flow.js';
import { logList } from './logs/log-list.js';
import { lossRows } from './losses.js';
import { messageAnswer, messageList } from './messages.js';
import { metricHistory } from './metrics/metric-history.js';
import { operationsAnswer } from './operations.js';
import { overviewAnswer } from './overview.js';
import { Parameters, wrong } from './parameters.js';
import { runtimeAnswer } from './runtime.js';
import { traceAnswer } from './traces/trace.js';
import { traceList } from './traces/trace-list.js';

export interface LiveApiOptions {
  readonly store: LiveStore;
  readonly broadcaster: Broadcaster;
  readonly host: LiveHost;
  readonly clock: Pick<Clock, 'now'>;
  /** Reads and writes sessions; without it there is no `session`. */
  readonly session?: LiveSession | undefined;
}

/** `GET session` and `POST session`. */
export interface LiveSession {
  export(): unknown;
  import(body: AsyncIterable<Uint8Array>): Promise<unknown>;
}

/** Answers the JSON API from what is kept. Paths and their parameters are those of `apiPaths`. */
export function createLiveApi({ store, broadcaster, host, clock, session }: LiveApiOptions): LiveApi {
  const answers: Readonly<Record<Exclude<ApiPathName, 'session'>, Answer>> & { readonly session?: Answer } = {
    about: () => host.about(),
    services: () => ({
      services: [...store.services.services.values()].map((service) =>
        service.row(store.metrics.countOf(service.name)),
      ),
    }),
    overview: (parameters) => {
      const answer = overviewAnswer({ store, broadcaster, host }, parameters, clock.now());
      return withHealth(answer, host.health());
    },
    operations: (parameters) => operationsAnswer(store, parameters, clock.now()),
    losses: (parameters) => ({
      losses: lossRows({ store, broadcaster, host }, parameters.text('service')),
    }),
    metrics: (parameters) => metricsAnswer(store, parameters.text('service')),
    'metrics/history': (parameters) => metricHistory(store, parameters, clock.now()),
    traces: (parameters) => traceList(store, parameters, clock.now()),
    'traces/<id>': (_, id) => traceAnswer(store, broadcaster, id),
    logs: (parameters) => logList(store, parameters, clock.now()),
    topics: () => ({ topics: broadcaster.statistics() }),
    messages: (parameters) => messageList(broadcaster, parameters),
    'messages/<id>': (_, id) => messageAnswer(broadcaster, id),
    flow: (parameters) => flowAnswer(store, parameters, clock.now()),
    runtime: (parameters) => runtimeAnswer(store, host, parameters, clock.now()),
    database: (parameters) => databaseAnswer(store, parameters, clock.now()),
    settings: () => host.settings(),
    'pages/<id>': (_, id) => {
      const pages = host.about().pages.map((page) => page.id);
      return host.page(id) ?? notFound(`There is no page ${valueText(id)}.${didYouMean(id, pages)}`);
    },
    profiles: () => host.profiles(),
    'profiles/<id>': (_, file) => {
      const id = file.replace(/\.cpuprofile$/, '');
      return (
        host.profileFile(id) ?? notFound(`The profile ${valueText(id)} is not kept. "profiles" lists those that are.`)
      );
    },
    ...(session === undefined ? {} : { session: () => session.export() }),
  };
  const isAnswered = (name: string): name is ApiPathName => Object.hasOwn(answers, name);
  return {
    get(given, parameters) {
      const { name, encodedId } = partsOf(given);
      const answer = isAnswered(name) ? answers[name] : undefined;
      if (!isAnswered(name) || answer === undefined) return notFound(unknownPath(given, Object.keys(answers)));
      store.finishFamilies();
      return answer(new Parameters(given, parameters, Object.keys(apiPaths[name].parameters)), decoded(encodedId));
    },
    methods(given) {
      const { name } = partsOf(given);
      return isAnswered(name) ? apiPaths[name].methods : ['GET'];
    },
    post(given, parameters, body) {
      if (!isAnswered(given) || !apiPaths[given].methods.includes('POST')) {
        return notFound(`Nothing can be sent to ${valueText(given)}.`);
      }
      const checked = new Parameters(given, parameters, Object.keys(apiPaths[given].postParameters ?? {}));
      if (given === 'profiles') return host.startProfile(checked.choice('kind', ['cpu', 'heap']) ?? 'cpu');
      return session?.import(body);
    },
  };
}

type Answer = (parameters: Parameters, id: string) => unknown;

/** `traces/4bf9…` is `traces/<id>`. */
function partsOf(given: string): { readonly name: string; readonly encodedId: string } {
  const [, first = '', rest] = /^([^/]*)(?:\/([\s\S]*))?$/.exec(given) ?? [];
  if (rest === undefined || given === 'metrics/history') return { name: given, encodedId: '' };
  return { name: `${first}/<id>`, encodedId: rest };
}

function decoded(encodedId: string): string {
  try {
    return decodeURIComponent(encodedId);
  } catch {
    throw wrong(`${valueText(encodedId)} is not encoded as in a URL.`);
  }
}

function unknownPath(given: string, paths: readonly string[]): string {
  return `There is no ${valueText(given)}.${didYouMean(given, paths)} There are ${paths.join(', ')}.`;
}

function notFound(message: string): never {
  throw new ApiError(404, message);
}

function metricsAnswer({ metrics }: LiveStore, service: string | undefined) {
  const all = [...metrics.metrics.values()];
  const shown = service === undefined ? all : all.filter((metric) => metric.service === service);
  return {
    metrics: shown
      .map((metric) => metricRow(metric))
      .sort((a, b) => order(a.name, b.name) || order(a.service, b.service)),
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Synchronous if the health is. */
function withHealth(
  answer: Omit<OverviewAnswer, 'health'>,
  health: ReturnType<LiveHost['health']>,
): OverviewAnswer | Promise<OverviewAnswer> {
  return health instanceof Promise ? health.then((known) => ({ health: known, ...answer })) : { health, ...answer };
}

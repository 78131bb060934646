import { isRecord, type Log, systemClock } from '@sightline/base';
import type { LoggerOptions } from '@sightline/logger';
import { type Candidate, type Env, type EnvironmentReader, given, type Settings, sourceOf } from '@sightline/settings';
import { rowsOf } from '@sightline/settings/fields';
import type { Chosen } from '../backends/choose-backends.js';
import { type ObservabilityOptions, type ObservabilityTracingOptions, observabilityFields } from '../options.js';

/** What test runners set: vitest, jest, `node --test`, tap, ava; and what most people set for the others. */
const runnerVariables = ['VITEST', 'JEST_WORKER_ID', 'NODE_TEST_CONTEXT', 'TAP', 'AVA_PATH'];

const { SIGHTLINE_TEST_RUN } = rowsOf('isTestRun', observabilityFields.isTestRun);

/** Whether the service's code is loaded by tests: then nothing leaves the process, and everything is recorded. */
export function isTestRun(
  { isTestRun: inCode }: ObservabilityOptions,
  env: Env,
  environment: EnvironmentReader,
  settings: Settings,
): boolean {
  const runner = runnerVariables.find((name) => environment.has(name));
  const found: Candidate<boolean> | undefined =
    runner === undefined ? byNodeEnv(env) : { value: true, source: sourceOf(runner) };
  return settings.pick(
    'isTestRun',
    [given(inCode, 'code'), environment.read(SIGHTLINE_TEST_RUN, 'isTestRun'), found],
    env === process.env && process.execArgv.includes('--test'),
  );
}

const nodeEnvSource = sourceOf('NODE_ENV');

function byNodeEnv(env: Env): Candidate<boolean> | undefined {
  return env['NODE_ENV'] === 'test' ? { value: true, source: nodeEnvSource } : undefined;
}

/** Only what the test gave itself: backends as objects. A page costs nothing until a test asks `obs.handler` for it. */
export function backendsOfTest(chosen: readonly Chosen[], settings: Settings): readonly Chosen[] {
  const kept = chosen.filter((entry) => typeof entry !== 'string' || entry === 'prometheus');
  const names = kept.map((entry) => (typeof entry === 'string' ? entry : entry.name));
  if (kept.length < chosen.length) settings.set('backend', names.join(',') || 'none', source);
  return kept;
}

const source = 'a test run';

/** The same without what is pushed. */
export function optionsOfTest(options: ObservabilityOptions): ObservabilityOptions {
  const withoutPush = <T extends object>(group: T): T => ({ ...group, pushGateway: undefined });
  const { prometheus, defaults } = options;
  return {
    ...options,
    ...(isRecord(prometheus) ? { prometheus: withoutPush(prometheus) } : {}),
    ...(isRecord(defaults?.prometheus)
      ? { defaults: { ...defaults, prometheus: withoutPush(defaults.prometheus) } }
      : {}),
  };
}

/** An exporter that is an object was made by the test, others would send. */
export function tracingOfTest(tracing: ObservabilityTracingOptions, settings: Settings): ObservabilityTracingOptions {
  if (typeof tracing.exporter === 'object') return tracing;
  settings.set('tracing.exporter', 'none', source);
  return { ...tracing, exporter: 'none' };
}

/** Lines are made and counted, and go to a stream of the test or nowhere; `LOG_LEVEL` or `LOG_FILE` asks for them. */
export function loggerOfTest(options: LoggerOptions, environment: EnvironmentReader): LoggerOptions {
  const { destination, transport: _sends, ...others } = options;
  if (environment.has('LOG_LEVEL') || environment.has('LOG_FILE')) return { ...options, logsUncaught: false };
  const isStream = isRecord(destination) && 'write' in destination;
  return { ...others, logsUncaught: false, destination: isStream ? destination : { write() {} } };
}

/** A port that is free hurts no other test; a fixed one may be taken by the next file that loads the same code. */
export function serverOfTest({ http }: ObservabilityOptions): 'always' | 'never' {
  return isRecord(http) && http.port === 0 ? 'always' : 'never';
}

const SURELY_A_SERVICE_MS = 60_000;

/**
 * A deployment for tests may have `NODE_ENV=test`, too, and nothing of it would arrive: warns once, after a time that few tests take.
 */
export function warnOfNodeEnv(settings: Settings, log: Log): void {
  const setting = settings.get('isTestRun');
  if (setting?.value !== true || setting.source !== nodeEnvSource) return;
  const timer = systemClock.setTimer(() => {
    log.warn(
      {},
      '[sdk] NODE_ENV is "test", so this is taken for a test run: no port is opened, and nothing is sent or logged. Set SIGHTLINE_TEST_RUN=false if it is a service.',
    );
  }, SURELY_A_SERVICE_MS);
  timer.unref();
}

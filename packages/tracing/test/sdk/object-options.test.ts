import { ConfigurationError } from '@sightline/settings';
import { afterEach, describe, expect, test } from 'vitest';
import { startTracing, type Tracing, type TracingOptions } from '../../src/sdk/index.js';

const started: Tracing[] = [];
afterEach(() => Promise.all(started.splice(0).map((tracing) => tracing.shutdown())));

function start(options: object): void {
  started.push(startTracing({ env: {}, exporter: 'none', isGlobal: false, drainsAtExit: false, ...options }));
}

const listOfInstrumentations =
  'give a list of instances of OpenTelemetry instrumentations, such as [new HttpInstrumentation()]';
const processors = 'give a list of span processors, with onStart, onEnd, forceFlush and shutdown';
const samplers =
  "'always_on', 'always_off', 'ratio', 'traceidratio', 'adaptive', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio', 'parentbased_adaptive'";
const rules = 'give a list of rules { name, sampler }, such as { name: "GET /health", sampler: alwaysOff }';

describe('A wrong object among the options is refused with what to do', () => {
  const cases: ReadonlyArray<readonly [options: Record<string, unknown>, message: string]> = [
    [{ instrumentations: {} }, `instrumentations is {}: ${listOfInstrumentations}`],
    [{ instrumentations: null }, `instrumentations is null: ${listOfInstrumentations}`],
    [{ instrumentations: [null] }, `instrumentations[0] is null: ${listOfInstrumentations}`],
    [{ instrumentations: [[{}]] }, `instrumentations[0] is [{}]: ${listOfInstrumentations}`],
    [{ spanProcessors: 'x' }, `spanProcessors is "x": ${processors}`],
    [{ spanProcessors: [{}] }, `spanProcessors[0] is {}: ${processors}`],
    [{ samplingRules: {} }, `samplingRules is {}: ${rules}`],
    [{ samplingRules: [null] }, `samplingRules[0] is null: ${rules}`],
    [{ samplingRules: [{ name: 'a' }] }, `samplingRules[0] is {"name":"a"}: ${rules}`],
    [{ resource: null }, 'resource is null: give an object of attributes, or a Resource of OpenTelemetry'],
    [{ resource: 'x' }, 'resource is "x": give an object of attributes, or a Resource of OpenTelemetry'],
    [{ exporter: {} }, "exporter is {}: give 'otlp', 'console', 'none' or an object with export and shutdown"],
    [{ sampler: {} }, `sampler is {}: give ${samplers} or an object with shouldSample`],
    [
      { propagators: {} },
      "propagators is {}: give a list of 'tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger', 'xray' and 'none', or an object with inject, extract and fields",
    ],
    [{ metrics: {} }, 'metrics is {}: give a collector of metrics, such as observability.metrics'],
    [{ log: null }, 'log is null: give a logger with info, warn and error'],
    [{ clock: {} }, 'clock is {}: give a clock, or leave it out'],
    [{ env: 'x' }, 'env is "x": give an object of variables, such as process.env'],
    [{ isGlobal: 'no' }, 'isGlobal is "no": give true or false'],
    [{ drainsAtExit: 1 }, 'drainsAtExit is 1: give true or false'],
    [{ serviceName: 5 }, 'serviceName is 5: give a string that is not empty'],
  ];

  test.each(cases)('%o', (options, message) => {
    expect(() => start(options)).toThrow(new ConfigurationError([`${message}.`], 'tracing'));
  });
});

test('several wrong objects are reported at once', () => {
  expect(() => start({ instrumentations: 5, resource: [] })).toThrow('The configuration has 2 problems');
});

test('options that are no object are refused', () => {
  for (const options of [null, 5, 'x', []]) {
    expect(() => startTracing(options as unknown as TracingOptions)).toThrow(ConfigurationError);
  }
});

test('an option whose getter throws is refused, and not thrown', () => {
  const options = {
    get resource(): never {
      throw new Error('no resource');
    },
  };
  expect(() => startTracing(options)).toThrow(/resource cannot be read: give an object of attributes/);
});

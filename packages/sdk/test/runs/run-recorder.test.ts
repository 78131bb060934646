import { currentContext, runWithContext } from '@sightline/context';
import { createTestMetrics } from '@sightline/testing';
import { createTestSpans } from '@sightline/testing/spans';
import { describe, expect, test } from 'vitest';
import { type RunRecorderOptions, runRecorder } from '../../src/runs/run-recorder.js';

function setting<const N extends string = never, const C extends string = string>(
  options: Omit<RunRecorderOptions<N, C>, 'namespace'> = {},
  metrics = createTestMetrics({ strict: false, log: { info() {}, warn() {}, error() {} } }),
) {
  const lines: Array<{ level: string; fields: Record<string, unknown>; message: string; runId: string | undefined }> =
    [];
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields: { ...fields }, message, runId: currentContext()?.run_id });
  const logger = { info: write('info'), warn: write('warn'), error: write('error') };
  const spans = createTestSpans();
  const runs = runRecorder<N, C>({ metrics, spans: spans.spans, logger }, {
    ...options,
    namespace: 'nf',
  } as RunRecorderOptions<N, C>);
  const counted = (status: string, labels: Record<string, string> = {}) =>
    metrics.value('nf_runs_total', { status, ...labels });
  const errors = () =>
    metrics
      .series('nf_errors_total')
      .map(({ labels, value }) => `${labels['component']} ${labels['error_type']} ${value}`);
  return { metrics, spans, lines, runs, counted, errors };
}

const nhits = { model_name: 'nhits', backend: 'ray' };
const named = {
  labelNames: ['model_name', 'backend'],
  duration: { name: 'training_duration_seconds', buckets: [60, 120] },
} as const;

test('one call counts a start and a success, is active meanwhile, and leaves a duration, a span and a line', async () => {
  const { metrics, spans, lines, runs, counted, errors } = setting(named);
  const result = await runs.run({ labels: nhits, runId: 'r-1', attributes: { rows: 9 } }, async () => {
    expect(metrics.value('nf_runs_active')).toBe(1);
    await metrics.clock.advanceAsync(90_000);
    return 7;
  });
  expect(result).toBe(7);
  expect([counted('started', nhits), counted('success', nhits), counted('failed', nhits)]).toEqual([1, 1, 0]);
  expect([metrics.value('nf_runs_active'), metrics.value('nf_runs_queued')]).toEqual([0, 0]);
  expect(metrics.observations('nf_training_duration_seconds', nhits)).toEqual([90]);
  expect(errors()).toEqual([]);
  expect(spans.named('nf.run').attributes).toMatchObject({
    ...nhits,
    rows: 9,
    'run.id': 'r-1',
    'run.status': 'success',
  });
  expect(lines).toEqual([
    {
      level: 'info',
      fields: { ...nhits, run: 'nf.run', status: 'success', duration_ms: expect.any(Number) },
      message: 'nf.run succeeded',
      runId: 'r-1',
    },
  ]);
});

test('the labels come in the order that is documented, the status first', () => {
  const { metrics } = setting(named);
  const labelsOf = (name: string) => metrics.snapshot().families.find((family) => family.name === name)?.labelNames;
  expect(labelsOf('nf_runs_total')).toEqual(['status', 'model_name', 'backend']);
  expect(labelsOf('nf_training_duration_seconds')).toEqual(['model_name', 'backend']);
  expect(labelsOf('nf_errors_total')).toEqual(['error_type', 'component']);
});

test.each([
  [
    'throws',
    () => {
      throw new RangeError('too many');
    },
  ],
  ['rejects', () => Promise.reject(new RangeError('too many'))],
])('a run that %s has failed: it is counted, logged, and goes on to the caller', async (_how, fail) => {
  const { spans, metrics, lines, runs, counted, errors } = setting();
  await expect((async () => runs.run({}, fail))()).rejects.toThrow('too many');
  expect([counted('started'), counted('success'), counted('failed')]).toEqual([1, 0, 1]);
  expect(metrics.value('nf_runs_active')).toBe(0);
  expect(metrics.observations('nf_run_duration_seconds')).toHaveLength(1);
  expect(errors()).toEqual(['run RangeError 1']);
  expect(lines.map(({ level, message, fields }) => [level, message, fields['err']])).toEqual([
    ['error', 'nf.run failed', expect.any(RangeError)],
  ]);
  expect(spans.named('nf.run').status).toBe('error');
});

describe('Errors', () => {
  test('of a step are counted under its component, once, also where the run fails of them wrapped', async () => {
    const { spans, runs, errors } = setting({ components: ['dataset', 'training'] });
    const work = runs.run({}, async (run) => {
      await run.step('dataset', () => Promise.reject(new TypeError('no column'))).catch(() => {});
      try {
        run.step('training', () => {
          throw new RangeError('diverged');
        });
      } catch (cause) {
        throw new Error('gave up', { cause });
      }
    });
    await expect(work).rejects.toThrow('gave up');
    expect(errors()).toEqual(['dataset TypeError 1', 'training RangeError 1']);
    expect(spans.named('training').parentSpanId).toBe(spans.named('nf.run').spanId);
  });

  test('that do not end a run are counted, and it succeeds', () => {
    const { runs, counted, errors } = setting();
    runs.run({}, (run) => {
      run.countError(new RangeError('skipped a row'), 'dataset');
      run.countError(new RangeError('skipped a row'));
    });
    expect([counted('success'), counted('failed')]).toEqual([1, 0]);
    expect(errors()).toEqual(['dataset RangeError 1', 'run RangeError 1']);
  });

  test.each([
    [undefined],
    [null],
    ['text'],
    [7],
    [
      new Proxy(
        {},
        {
          get() {
            throw new Error('hidden');
          },
        },
      ),
    ],
  ])('may be anything: %#', async (thrown) => {
    const { runs, counted, metrics, errors } = setting();
    await expect(runs.run({}, () => Promise.reject(thrown)).catch(() => 'rejected')).resolves.toBe('rejected');
    expect([counted('failed'), metrics.value('nf_runs_active')]).toEqual([1, 0]);
    expect(errors()).toEqual(['run _OTHER 1']);
  });

  test('of a component that was not declared go to the overflow series, which is counted', () => {
    const { metrics, runs, errors } = setting({ components: ['dataset'] });
    runs.run({}, (run) => run.countError(new Error('x'), 'elsewhere' as never));
    expect(errors()).toEqual(['__overflow__ __overflow__ 1']);
    expect(metrics.value('sightline_mislabelled_total', { metric: 'nf_errors_total' })).toBe(1);
  });
});

describe('A run that is cancelled', () => {
  test.each([
    ['the reason itself', (signal: AbortSignal) => signal.reason],
    [
      'an AbortError',
      (signal: AbortSignal) => Object.assign(new Error('aborted', { cause: signal.reason }), { name: 'AbortError' }),
    ],
  ])('is no error: it rejects with %s', async (_what, error) => {
    const { metrics, lines, runs, counted, errors } = setting();
    const stop = new AbortController();
    const work = runs.run({ signal: stop.signal }, async (run) => {
      stop.abort(new Error('new data'));
      await run.step('training', () => Promise.reject(error(stop.signal)));
    });
    await expect(work).rejects.toThrow();
    expect([counted('started'), counted('failed'), counted('cancelled')]).toEqual([1, 0, 1]);
    expect(metrics.value('nf_runs_active')).toBe(0);
    expect(errors()).toEqual([]);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([['info', 'nf.run was cancelled']]);
  });

  test('by a time-out has failed', async () => {
    const { runs, counted, errors } = setting();
    const signal = AbortSignal.abort(new DOMException('too long', 'TimeoutError'));
    const error = Object.assign(new Error('aborted', { cause: signal.reason }), { name: 'AbortError' });
    await expect(runs.run({ signal }, () => Promise.reject(error))).rejects.toBe(error);
    expect([counted('failed'), counted('cancelled')]).toEqual([1, undefined]);
    expect(errors()).toEqual(['run TimeoutError 1']);
  });

  test('fails where its own error comes instead, and succeeds where it ends all the same', async () => {
    const { runs, counted } = setting();
    const signal = AbortSignal.abort();
    await expect(runs.run({ signal }, () => Promise.reject(new TypeError('mine')))).rejects.toThrow('mine');
    await runs.run({ signal }, async () => 'done');
    expect([counted('success'), counted('failed'), counted('cancelled')]).toEqual([1, 1, undefined]);
  });
});

describe('A queue', () => {
  test('holds a run until it starts', async () => {
    const { metrics, lines, runs, counted } = setting(named);
    const first = runs.queue({ labels: nhits });
    const second = runs.queue({ labels: nhits });
    expect([metrics.value('nf_runs_queued'), metrics.value('nf_runs_active')]).toEqual([2, 0]);
    await first.run(async () => {
      expect([metrics.value('nf_runs_queued'), metrics.value('nf_runs_active')]).toEqual([1, 1]);
    });
    second.cancel();
    second.cancel();
    expect([metrics.value('nf_runs_queued'), metrics.value('nf_runs_active')]).toEqual([0, 0]);
    expect(counted('started', nhits)).toBe(1);
    expect(lines[0]?.fields).toMatchObject({ queued_ms: expect.any(Number) });
  });

  test('is left also where what a run waits for fails', async () => {
    const { metrics, runs, counted } = setting();
    const free = Promise.resolve();
    expect(await runs.queue({}).runWhen(free, () => 7)).toBe(7);
    const waiting = runs.queue({}).runWhen(Promise.reject(new Error('pool closed')), () => 8);
    expect(metrics.value('nf_runs_queued')).toBe(1);
    await expect(waiting).rejects.toThrow('pool closed');
    expect([metrics.value('nf_runs_queued'), counted('started')]).toEqual([0, 1]);
  });
});

test('a run that never ends stays active, and is no run that has ended', async () => {
  const { metrics, runs, counted } = setting();
  void runs.run({}, () => new Promise(() => {}));
  await new Promise((resolve) => setImmediate(resolve));
  expect(metrics.value('nf_runs_active')).toBe(1);
  expect([counted('started'), counted('success'), counted('failed')]).toEqual([1, 0, 0]);
  expect(metrics.observations('nf_run_duration_seconds')).toEqual([]);
});

test('as many have started as have ended or are active, through 500 runs that overlap, wait, fail and are cancelled', async () => {
  const { metrics, runs, counted } = setting();
  const check = (): void => {
    const ended = (counted('success') ?? 0) + (counted('failed') ?? 0) + (counted('cancelled') ?? 0);
    expect(ended + (metrics.value('nf_runs_active') ?? 0)).toBe(counted('started') ?? 0);
  };
  const tick = () => new Promise((resolve) => setImmediate(resolve));
  const all = Array.from({ length: 500 }, async (_, i) => {
    const stop = new AbortController();
    const work = async (): Promise<void> => {
      check();
      if (i % 5 === 0) throw new Error('at once');
      await tick();
      if (i % 3 === 0) stop.abort();
      stop.signal.throwIfAborted();
      if (i % 7 === 0) throw new TypeError('later');
    };
    const options = { signal: stop.signal };
    if (i % 2 === 0) return runs.run(options, work);
    return runs.queue(options).runWhen(i % 11 === 0 ? Promise.reject(new Error('no slot')) : tick(), work);
  });
  await Promise.allSettled(all);
  check();
  expect([metrics.value('nf_runs_active'), metrics.value('nf_runs_queued')]).toEqual([0, 0]);
  expect(metrics.observations('nf_run_duration_seconds')).toHaveLength(counted('started') ?? 0);
}, 60_000);

describe('The gauge cannot drift', () => {
  test('when the labels object is changed meanwhile', () => {
    const { metrics, runs } = setting({ labelNames: ['model_name'] });
    const labels = { model_name: 'a' };
    runs.run({ labels }, () => {
      labels.model_name = 'b';
    });
    expect(
      metrics.series('nf_runs_total').map(({ labels: of, value }) => [of['status'], of['model_name'], value]),
    ).toEqual([
      ['started', 'a', 1],
      ['success', 'a', 1],
      ['failed', 'a', 0],
    ]);
  });

  test('when labels are wrong or too many', () => {
    const metrics = createTestMetrics({ strict: false, maxTotalSeries: 4, log: { info() {}, warn() {}, error() {} } });
    const { runs } = setting({ labelNames: ['model_name'] }, metrics);
    for (const model_name of ['a', 'b', 'c']) runs.run({ labels: { model_name } }, () => {});
    runs.run({} as never, () => {});
    runs.run({ labels: null } as never, () => {});
    expect(metrics.value('nf_runs_active')).toBe(0);
  });

  test('when a label is called as a field of ours', () => {
    const { runs, counted } = setting();
    runs.run({ labels: { status: 'mine' } } as never, () => {});
    expect(counted('success')).toBe(1);
  });
});

describe('The id of a run', () => {
  test('is in the context of all that it does, and on no metric', async () => {
    const { metrics, spans, runs } = setting();
    const ids: unknown[] = [];
    await runs.run({ runId: 'r-1' }, async (run) => {
      await Promise.resolve();
      ids.push(run.id, currentContext()?.run_id);
    });
    expect(ids).toEqual(['r-1', 'r-1']);
    expect(metrics.snapshot().families.flatMap(({ labelNames }) => labelNames)).not.toContain('run_id');
    expect(spans.named('nf.run').attributes).toMatchObject({ 'run.id': 'r-1' });
  });

  test('is that of the message which asked for it, else a new one', () => {
    const { runs } = setting();
    expect(runWithContext({ run_id: 'r-2' }, () => runs.run({}, ({ id }) => id))).toBe('r-2');
    expect(runs.run({}, ({ id }) => id)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('Lines', () => {
  test.each([
    ['all', ['nf.run succeeded', 'nf.run failed']],
    ['failures', ['nf.run failed']],
    ['none', []],
  ] as const)('with logs: %s', async (logs, expected) => {
    const { lines, runs } = setting({ logs });
    runs.run({}, () => {});
    await runs.run({}, () => Promise.reject(new Error('no'))).catch(() => {});
    expect(lines.map(({ message }) => message)).toEqual(expected);
  });

  test('that cannot be written fail no run, and hide no error', () => {
    const logger = {
      info() {
        throw new Error('disk full');
      },
      warn() {},
      error() {
        throw new Error('disk full');
      },
    };
    const runs = runRecorder(
      { metrics: createTestMetrics(), spans: createTestSpans().spans, logger },
      { namespace: 'nf' },
    );
    expect(runs.run({}, () => 7)).toBe(7);
    expect(() =>
      runs.run({}, () => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
  });

  test('are not needed', () => {
    const runs = runRecorder({ metrics: createTestMetrics(), spans: createTestSpans().spans }, { namespace: 'nf' });
    expect(runs.run({}, () => 7)).toBe(7);
  });
});

describe('A wrong declaration is refused at once', () => {
  test.each([
    [
      { labelNames: ['run_id'] },
      'have the label "run_id", of which every value makes series of its own. Give it as runId',
    ],
    [{ labelNames: ['status'] }, 'have the label "status", which is the recorder\'s own'],
    [{ duration: { name: 'training_time' } }, 'duration.name is "training_time": give a name that ends in "_seconds"'],
    [{ labels: ['queue'] }, 'runRecorder has an unknown option "labels". Its options are namespace'],
    [{ logs: 'some' }, "logs is \"some\": give 'all', 'failures' or 'none'"],
    [{ duration: { unit: 's' } }, 'duration has an unknown option "unit"'],
    [{ duration: { buckets: [2, 1] } }, 'List bounds in ascending order'],
  ])('%o', (options, message) => {
    expect(() => setting(options as never)).toThrow(message);
  });
});

test.each<[string, unknown[]]>([
  ['no options', [undefined, () => 1]],
  ['null', [null, () => 1]],
  ['a function alone', [() => 1]],
  ['no function', [{}]],
])('%s is a mistake of the caller, and no run that fails', (_, args) => {
  const { runs, counted, lines } = setting();
  const call = (run: (...given: never[]) => unknown) => () => run(...(args as never[]));
  expect(call(runs.run)).toThrow('[sdk] A run of "nf.run" needs options and a function: run({}, (run) => …).');
  expect([counted('started'), counted('failed'), lines]).toEqual([undefined, 0, []]);
});

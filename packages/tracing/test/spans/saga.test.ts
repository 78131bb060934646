import { SpanStatusCode } from '@opentelemetry/api';
import { alwaysOff } from '@sightline/tracing';
import { describe, expect, test } from 'vitest';
import { recordedSpans } from '../fixtures/recorded-spans.js';

const failing = (message: string) => async (): Promise<never> => {
  throw new Error(message);
};

describe('a saga', () => {
  test('that completes says so, with its steps below it', async () => {
    const { spans, ended } = recordedSpans();
    const result = await spans.saga('order-fulfilment', { sagaId: 's-1' }, async (saga) => {
      const reserved = await saga.step('reserve-stock', () => 3);
      return reserved + (await saga.step('charge', async () => 4, { attributes: { amount: 9 } }));
    });
    expect(result).toBe(7);
    const [reserve, charge, saga] = ended();
    expect(ended().map(({ name }) => name)).toEqual(['step reserve-stock', 'step charge', 'saga order-fulfilment']);
    expect(charge?.attributes).toEqual({ 'cqrs.saga.step': 'charge', amount: 9 });
    expect(reserve?.parentSpanContext?.spanId).toBe(saga?.spanContext().spanId);
    expect(saga).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'cqrs.operation': 'saga',
        'cqrs.type': 'order-fulfilment',
        'cqrs.saga.id': 's-1',
        'cqrs.saga.outcome': 'completed',
      },
    });
  });

  test('that fails undoes what is done, the last step first, and rejects with the error of the step', async () => {
    const { spans, ended } = recordedSpans();
    const undone: unknown[] = [];
    const error = new Error('no courier');
    const outcome = spans.saga('order-fulfilment', async (saga) => {
      await saga.step('reserve', () => 'r-1', { compensate: (result) => undone.push(result) });
      await saga.step('notify', () => 'n-1');
      await saga.step('charge', async () => 'c-1', { compensate: async (result) => undone.push(result) });
      await saga.step('ship', () => Promise.reject(error), { compensate: () => undone.push('never') });
    });
    await expect(outcome).rejects.toBe(error);
    expect(undone).toEqual(['c-1', 'r-1']);
    expect(ended().map(({ name, status }) => [name, status.code === SpanStatusCode.ERROR])).toEqual([
      ['step reserve', false],
      ['step notify', false],
      ['step charge', false],
      ['step ship', true],
      ['compensate charge', false],
      ['compensate reserve', false],
      ['saga order-fulfilment', true],
    ]);
    const saga = ended().at(-1);
    expect(saga?.attributes).toMatchObject({
      'cqrs.saga.outcome': 'compensated',
      'cqrs.saga.failed_step': 'ship',
      'error.type': 'Error',
    });
    const compensation = ended().find(({ name }) => name === 'compensate charge');
    expect(compensation?.parentSpanContext?.spanId).toBe(saga?.spanContext().spanId);
  });

  test('goes on undoing when a compensation fails, and still rejects with the first error', async () => {
    const { spans, ended } = recordedSpans();
    const undone: string[] = [];
    const outcome = spans.saga('s', async (saga) => {
      await saga.step('a', () => {}, { compensate: () => undone.push('a') });
      await saga.step('b', () => {}, { compensate: failing('cannot refund') });
      await saga.step('c', failing('first'));
    });
    await expect(outcome).rejects.toThrow('first');
    expect(undone).toEqual(['a']);
    expect(ended().at(-1)?.attributes).toMatchObject({
      'cqrs.saga.outcome': 'failed',
      'cqrs.saga.failed_compensation': 'b',
    });
    expect(ended().find(({ name }) => name === 'compensate b')?.status.message).toBe('cannot refund');
  });

  test('reports its outcome after the compensations, sampled or not, also if the listener throws', async () => {
    for (const { spans } of [recordedSpans(), recordedSpans({ sampler: alwaysOff })]) {
      const reported: unknown[] = [];
      const onOutcome = (outcome: unknown): void => {
        reported.push(outcome);
        throw new Error('no metrics');
      };
      const undo = () => reported.push('undone');
      await spans.saga('s', { onOutcome }, () => 1);
      const failed = spans.saga('s', { onOutcome }, async (saga) => {
        await saga.step('a', () => {}, { compensate: undo });
        await saga.step('b', failing('no'));
      });
      await expect(failed).rejects.toThrow('no');
      const stuck = spans.saga('s', { onOutcome }, async (saga) => {
        await saga.step('a', () => {}, { compensate: failing('cannot') });
        throw new RangeError('late');
      });
      await expect(stuck).rejects.toThrow('late');
      expect(reported).toEqual(['completed', 'undone', 'compensated', 'failed']);
    }
  });

  test('that fails with nothing to undo has failed', async () => {
    const { spans, ended } = recordedSpans();
    const outcome = spans.saga('s', async (saga) => {
      await saga.step('notify', () => {});
      await saga.step('ship', failing('no courier'), { compensate: () => {} });
    });
    await expect(outcome).rejects.toThrow('no courier');
    expect(ended().at(-1)?.attributes['cqrs.saga.outcome']).toBe('failed');
  });

  test('that handles the failure of a step is not undone', async () => {
    const { spans, ended } = recordedSpans();
    const undone: string[] = [];
    await spans.saga('s', async (saga) => {
      await saga.step('a', () => {}, { compensate: () => undone.push('a') });
      await saga.step('optional', failing('no')).catch(() => {});
    });
    expect(undone).toEqual([]);
    expect(ended().at(-1)?.attributes['cqrs.saga.outcome']).toBe('completed');
  });

  test('waits for steps that run beside the one that failed, and undoes them too', async () => {
    const { spans, ended } = recordedSpans();
    const undone: string[] = [];
    let finishSlow: () => void = () => {};
    const slow = new Promise<void>((resolve) => {
      finishSlow = resolve;
    });
    const outcome = spans.saga('s', (saga) =>
      Promise.all([
        saga.step('slow', () => slow, { compensate: () => undone.push('slow') }),
        saga.step('fast', failing('no')),
      ]),
    );
    await new Promise(setImmediate);
    expect(undone).toEqual([]);
    finishSlow();
    await expect(outcome).rejects.toThrow('no');
    expect(undone).toEqual(['slow']);
    expect(ended().at(-1)?.attributes['cqrs.saga.outcome']).toBe('compensated');
  });

  test('runs no step after its end', async () => {
    const { spans } = recordedSpans();
    const late = await spans.saga('s', (saga) => ({ step: () => saga.step('late', () => {}) }));
    await expect(late.step()).rejects.toThrow(
      '[tracing] Saga "s" has ended, so its step "late" was not run. Await every step.',
    );
  });

  test('rejects if its function throws synchronously', async () => {
    const { spans, only } = recordedSpans();
    const outcome = spans.saga('s', () => {
      throw new Error('at once');
    });
    await expect(outcome).rejects.toThrow('at once');
    expect(only().attributes['cqrs.saga.outcome']).toBe('failed');
  });

  test('works the same if nothing is recorded', async () => {
    const { spans, ended } = recordedSpans({ sampler: alwaysOff });
    const undone: string[] = [];
    const outcome = spans.saga('s', async (saga) => {
      await saga.step('a', () => {}, { compensate: () => undone.push('a') });
      await saga.step('b', failing('no'));
    });
    await expect(outcome).rejects.toThrow('no');
    expect([undone, ended()]).toEqual([['a'], []]);
  });
});

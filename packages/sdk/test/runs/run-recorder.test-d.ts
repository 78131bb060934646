import { describe, expectTypeOf, test } from 'vitest';
import { createObservability, type RunRecorder, runRecorder } from '../../src/index.js';

const obs = createObservability({ serviceName: 'types' });

describe('the types of a run recorder', () => {
  test('labels are exactly the declared ones', () => {
    const runs = runRecorder(obs, { namespace: 'nf', labelNames: ['model_name'], components: ['dataset'] });
    expectTypeOf(runs).toEqualTypeOf<RunRecorder<'model_name', 'dataset'>>();
    expectTypeOf(runs.run({ labels: { model_name: 'nhits' } }, async () => 7)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(runs.run({ labels: { model_name: 'nhits' } }, () => 'now')).toEqualTypeOf<string>();
    // @ts-expect-error labels are missing
    runs.run({}, () => 7);
    // @ts-expect-error a label is misspelt
    runs.run({ labels: { model: 'nhits' } }, () => 7);
    runs.run({ labels: { model_name: 'nhits' } }, (run) => {
      run.countError(new Error('x'), 'dataset');
      // @ts-expect-error a component that is not declared
      run.countError(new Error('x'), 'elsewhere');
      expectTypeOf(run.step('dataset', async () => true)).toEqualTypeOf<Promise<boolean>>();
    });
  });

  test('without labels none are given, and any component', () => {
    const runs = runRecorder(obs, { namespace: 'nf' });
    runs.run({ runId: 'r-1' }, (run) => run.step('anything', () => 7));
    // @ts-expect-error there are no labels
    runs.run({ labels: { model_name: 'nhits' } }, () => 7);
    expectTypeOf(runs.queue({}).runWhen(Promise.resolve(), async () => 7)).toEqualTypeOf<Promise<number>>();
  });
});

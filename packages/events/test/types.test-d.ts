import { expectTypeOf, test } from 'vitest';
import { counter, createEvents, type Events } from '../src/index.js';

type Catalogue = {
  'command.dispatched': {
    measurements: { count?: number };
    metadata: { command_type: string } & Record<string, unknown>;
  };
  'command.processing': { measurements: { duration: number }; metadata: { command_type: string } };
  'saga.completed': {
    measurements: { count?: number };
    metadata: { saga_type: string; status: 'completed' | 'failed' };
  };
};

const events = createEvents<Catalogue>();

test('names, measurements and metadata of a catalogue are checked', () => {
  events.execute('command.dispatched', { count: 1 }, { command_type: 'A', anything: {} });
  // @ts-expect-error a misspelt event
  events.execute('command.dispached', {}, { command_type: 'A' });
  // @ts-expect-error no duration
  events.execute('command.processing', {}, { command_type: 'A' });
  // @ts-expect-error a tag is missing
  events.execute('saga.completed', {}, { saga_type: 'A' });
  // @ts-expect-error no outcome of a saga
  events.execute('saga.completed', {}, { saga_type: 'A', status: 'gone' });
  events.execute('saga.completed', {}, { saga_type: 'A', status: 'failed' });
});

test('without a catalogue every event goes', () => {
  createEvents().execute(['my_app', 'custom'], { value: 1 }, { anything: new Date() });
});

test('a span gives back what its function gives', () => {
  expectTypeOf(events.span('job', {}, () => 7)).toEqualTypeOf<number>();
  expectTypeOf(events.span('job', {}, async () => 'x')).toEqualTypeOf<Promise<string>>();
  expectTypeOf(createEvents()).toExtend<Events>();
});

test('the values of a tag belong to a tag', () => {
  counter('a.b.count', { tags: ['status'], labelValues: { status: ['ok'] } });
  // @ts-expect-error no such tag
  counter('a.b.count', { tags: ['status'], labelValues: { state: ['ok'] } });
});

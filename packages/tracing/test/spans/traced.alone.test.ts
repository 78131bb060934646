import { trace } from '@opentelemetry/api';
import { traced, tracedBy } from '@sightline/tracing';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { recordedSpans } from '../fixtures/recorded-spans.js';

describe('a traced function', () => {
  test('runs in a span, with this, arguments and result as they are', async () => {
    const { spans, only } = recordedSpans();
    const account = {
      balance: 5,
      add: spans.traced('add', async function (this: { balance: number }, amount: number, _note: string) {
        expect(trace.getActiveSpan()).toBeDefined();
        return this.balance + amount;
      }),
    };
    await expect(account.add(2, 'gift')).resolves.toBe(7);
    expect(only().name).toBe('add');
  });

  test('keeps its name, its number of parameters and what it returns', async () => {
    const { spans } = recordedSpans();
    const order = { id: '1' };
    async function load(_id: string, _depth: number): Promise<typeof order> {
      return order;
    }
    const wrapped = spans.traced('load order', load);
    expect([wrapped.name, wrapped.length]).toEqual(['load', 2]);
    expect(await wrapped('1', 2)).toBe(order);
  });

  test('records only the attributes computed from its arguments', () => {
    const { spans, only } = recordedSpans();
    const load = spans.traced(
      'load order',
      { attributes: (id: string, options: { password: string }) => ({ 'order.id': id, password: options.password }) },
      (id: string, _options: { password: string }) => id,
    );
    load('42', { password: 'p' });
    expect(only().attributes).toEqual({ 'order.id': '42', password: '[redacted]' });
  });

  test('records its failure and throws it', () => {
    const { spans, only } = recordedSpans();
    const failing = spans.traced('fail', () => {
      throw new RangeError('no');
    });
    expect(failing).toThrow('no');
    expect(only().attributes['error.type']).toBe('RangeError');
  });

  describe('that describes its calls', () => {
    const described = (fn: () => unknown) => {
      const { spans, only } = recordedSpans();
      return { only, call: spans.traced('load order', { describesCall: true }, fn) };
    };
    const eventsOf = ({ events }: ReturnType<ReturnType<typeof recordedSpans>['only']>) =>
      events.map(({ name }) => name);

    test.each<[string, () => unknown]>([
      ['a value', () => 7],
      ['a promise', async () => 7],
    ])('says that it completed, and after how long (%s)', async (_, fn) => {
      const { only, call } = described(fn);
      await expect(Promise.resolve(call())).resolves.toBe(7);
      const span = only();
      expect(eventsOf(span)).toEqual(['load order started', 'load order completed']);
      expect(span.attributes).toEqual({ success: true, duration_seconds: expect.any(Number) });
      expect(span.attributes['duration_seconds']).toBeLessThan(5);
    });

    test.each<[string, () => unknown]>([
      ['throws', () => fail()],
      ['rejects', async () => fail()],
    ])('says of one that %s what failed', async (_, fn) => {
      const { only, call } = described(fn);
      await expect((async () => call())()).rejects.toThrow('no stock');
      const span = only();
      expect(eventsOf(span)).toEqual(['load order started', 'exception']);
      expect(span.attributes).toEqual({
        success: false,
        duration_seconds: expect.any(Number),
        'error.type': 'RangeError',
        'error.message': 'no stock with token=[redacted]',
      });
    });

    test('is named as the span is, also of a method', () => {
      const { spans, only } = recordedSpans();
      class Orders {
        save(): number {
          return 1;
        }
      }
      const descriptor = { value: Orders.prototype.save };
      const { value } = spans.traced(undefined, { describesCall: true })(Orders.prototype, 'save', descriptor);
      expect(value?.call(new Orders())).toBe(1);
      expect(eventsOf(only())).toEqual(['Orders.save started', 'Orders.save completed']);
    });

    test('needs no span that records', () => {
      expect(tracedBy((_name, _options, fn) => fn())('work', { describesCall: true }, () => 7)()).toBe(7);
    });

    function fail(): never {
      throw new RangeError('no stock with token=abcdef0123456789');
    }
  });

  test('of the package itself takes the registered provider', () => {
    const { provider, ended } = recordedSpans();
    trace.setGlobalTracerProvider(provider);
    try {
      expect(traced('work', (a: number) => a + 1)(1)).toBe(2);
      expect(ended().map(({ name }) => name)).toEqual(['work']);
    } finally {
      trace.disable();
    }
  });

  test('is asked for if it is missing', () => {
    const { spans } = recordedSpans();
    expect(() => (spans.traced as (...args: unknown[]) => unknown)(1, () => {})).toThrow(
      '[tracing] traced needs a name',
    );
  });
});

const source = `
class Orders {
  #taxes = 2;
  total = 10;

  @traced()
  load(id, depth) { return this.total + this.#taxes; }

  @traced('orders.save', { attributes: (id) => ({ 'order.id': id }) })
  async save(id) { return this.total; }

  @traced()
  static open(name) { return name; }

  @traced()
  fail() { throw new Error('no'); }
}
class SpecialOrders extends Orders {}
`;

describe.each([
  ['of the language', false],
  ['of experimentalDecorators', true],
])('a decorator %s', (_, experimentalDecorators) => {
  const compiled = (text: string, result: string): ((traced: unknown) => never) => {
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.None, experimentalDecorators },
    });
    return new Function('traced', `${outputText}\nreturn ${result};`) as (traced: unknown) => never;
  };

  interface Orders {
    load(id: string, depth: number): number;
    save(id: string): Promise<number>;
    fail(): void;
  }

  test('traces methods, static ones too, under the names of class and method', async () => {
    const { spans, ended } = recordedSpans();
    const Orders: { new (): Orders; open(name: string): string } = compiled(source, 'Orders')(spans.traced);
    const orders = new Orders();
    expect(orders.load('1', 2)).toBe(12);
    await expect(orders.save('42')).resolves.toBe(10);
    expect(Orders.open('x')).toBe('x');
    expect(() => orders.fail()).toThrow('no');
    expect(ended().map(({ name, status, attributes }) => [name, status.code, attributes['order.id']])).toEqual([
      ['Orders.load', 0, undefined],
      ['orders.save', 0, '42'],
      ['Orders.open', 0, undefined],
      ['Orders.fail', 2, undefined],
    ]);
    expect([orders.load.name, orders.load.length, orders.save.name]).toEqual(['load', 2, 'save']);
    expect(Object.keys(Orders.prototype)).toEqual([]);
  });

  test('goes with inheritance', () => {
    const { spans, ended } = recordedSpans();
    const Special: new () => Orders = compiled(source, 'SpecialOrders')(spans.traced);
    expect(new Special().load('1', 2)).toBe(12);
    expect(ended()[0]?.name).toMatch(/^(Special)?Orders\.load$/);
  });

  test('refuses what is no method', () => {
    const { spans } = recordedSpans();
    expect(() => compiled('class A { @traced() field = 1; }', 'A')(spans.traced)).toThrow(
      '[tracing] @traced is for methods, but "field" is none. Wrap a function that a field holds: traced("name", fn).',
    );
    expect(() => compiled('class A { @traced() get field() { return 1; } }', 'A')(spans.traced)).toThrow('is none');
  });

  test('takes methods with symbols for names', () => {
    const { spans, ended } = recordedSpans();
    const instance: { run(): void } = compiled(
      'const key = Symbol("run"); class A { @traced() [key]() {} run() { this[key](); } }',
      'new A()',
    )(spans.traced);
    instance.run();
    expect(ended()[0]?.name).toBe('A.run');
  });
});

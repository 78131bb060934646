import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contextRunner,
  currentContext,
  type GivenFields,
  onDroppedField,
  runWithContext,
  runWithoutContext,
} from '../src/index.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('outside of any run', () => {
  test('there is no context', () => {
    expect(currentContext()).toBeUndefined();
  });

  test('there is none again after a run, even one that threw', () => {
    expect(() =>
      runWithContext({ user_id: 'u' }, () => {
        throw new Error('handler failed');
      }),
    ).toThrow('handler failed');
    expect(currentContext()).toBeUndefined();
  });
});

describe('the outermost run', () => {
  test('carries its fields and returns what the function returns', () => {
    const seen = runWithContext({ request_id: 'r-1', correlation_id: 'c-1', run_id: 'job-7' }, currentContext);
    expect(seen).toStrictEqual({ request_id: 'r-1', correlation_id: 'c-1', run_id: 'job-7' });
  });

  test('generates a correlation id if none is given', () => {
    const first = runWithContext({}, currentContext);
    const second = runWithContext({ correlation_id: undefined }, currentContext);
    expect(first?.correlation_id).toMatch(uuid);
    expect(second?.correlation_id).toMatch(uuid);
    expect(first?.correlation_id).not.toBe(second?.correlation_id);
  });

  test('gives the same frozen object to everything inside', async () => {
    await runWithContext({ user_id: 'u' }, async () => {
      const before = currentContext();
      await Promise.resolve();
      expect(currentContext()).toBe(before);
      expect(Object.isFrozen(before)).toBe(true);
    });
  });

  test('is not affected when the given object changes later', () => {
    const fields = { user_id: 'before' };
    runWithContext(fields, () => {
      fields.user_id = 'after';
      expect(currentContext()?.user_id).toBe('before');
    });
  });
});

describe('a nested run', () => {
  test('inherits, overrides, and leaves the outer context as it was', () => {
    runWithContext({ correlation_id: 'c', request_id: 'outer', user_id: 'u' }, () => {
      const outer = currentContext();
      runWithContext({ request_id: 'inner', run_id: 'n' }, () => {
        expect(currentContext()).toStrictEqual({ correlation_id: 'c', request_id: 'inner', user_id: 'u', run_id: 'n' });
      });
      expect(currentContext()).toBe(outer);
      expect(outer?.request_id).toBe('outer');
    });
  });

  test('keeps the inherited value of a field that is undefined', () => {
    runWithContext({ user_id: 'u' }, () => {
      runWithContext({ user_id: undefined, request_id: 'r' }, () => expect(currentContext()?.user_id).toBe('u'));
    });
  });

  test('that changes nothing keeps the context object', () => {
    runWithContext({ user_id: 'u' }, () => {
      const outer = currentContext();
      runWithContext({ user_id: 'u' }, () => expect(currentContext()).toBe(outer));
    });
  });

  test('runWithoutContext has none', () => {
    runWithContext({ user_id: 'u' }, () => {
      expect(runWithoutContext(currentContext)).toBeUndefined();
      expect(currentContext()?.user_id).toBe('u');
    });
  });
});

describe('a context runner', () => {
  test('runs everything in one and the same context, and inherits nothing', () => {
    runWithContext({ user_id: 'outer' }, () => {
      const run = contextRunner({ request_id: 'r' });
      const first = run(currentContext);
      expect(first).toMatchObject({ request_id: 'r', correlation_id: expect.any(String) });
      expect(first).not.toHaveProperty('user_id');
      expect(run(() => run(currentContext))).toBe(first);
      expect(currentContext()?.user_id).toBe('outer');
    });
  });

  test('passes on what the function returns and throws', () => {
    const run = contextRunner({});
    expect(run(() => 7)).toBe(7);
    expect(() =>
      run(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
  });
});

describe('fields of a wrong type', () => {
  function runWith(fields: unknown): { context: object | undefined; dropped: string[] } {
    const dropped: string[] = [];
    const stop = onDroppedField(({ field, reason }) => dropped.push(`${field} ${reason}`));
    const context = runWithContext(fields as GivenFields, currentContext);
    stop();
    return { context, dropped };
  }

  test('are left out and reported without their value', () => {
    const { context, dropped } = runWith({
      correlation_id: 'c',
      a: {},
      b: [],
      c: Number.NaN,
      d: () => {},
      e: Symbol('s'),
      ok: true,
    });
    expect(context).toStrictEqual({ correlation_id: 'c', ok: true });
    expect(dropped).toEqual(['a is an object', 'b is an array', 'c is NaN', 'd is a function', 'e is a symbol']);
  });

  test('an id that is empty or no string is left out, a numeric one becomes a string', () => {
    const { context, dropped } = runWith({
      correlation_id: '',
      user_id: 42,
      run_id: 9007199254740993n,
      request_id: true,
    });
    expect(context).toEqual({ correlation_id: expect.stringMatching(uuid), user_id: '42', run_id: '9007199254740993' });
    expect(dropped).toEqual(['correlation_id is empty', 'request_id is a boolean']);
  });

  test('a getter that throws loses only its own field', () => {
    const fields = {
      correlation_id: 'c',
      get user_id(): string {
        throw new Error('no user');
      },
    };
    expect(runWith(fields)).toEqual({ context: { correlation_id: 'c' }, dropped: ['user_id threw when it was read'] });
  });

  test.each([undefined, null, 'text', 7, ['a'], new Proxy({}, { ownKeys: () => throwError() })])(
    'what is no object of fields (%#) still runs the function',
    (fields) => {
      const { context, dropped } = runWith(fields);
      expect(context).toEqual({ correlation_id: expect.stringMatching(uuid) });
      expect(dropped).toEqual(['* were not given as a readable object']);
    },
  );

  test('a listener that throws does not reach the caller', () => {
    const stop = onDroppedField(() => throwError());
    expect(runWithContext({ user_id: {} } as unknown as GivenFields, () => 'ran')).toBe('ran');
    stop();
  });

  test('without a listener there is one process warning per field', async () => {
    const warnings: string[] = [];
    const warned = new Promise<void>((resolve) => {
      process.on('warning', function listen(warning: Error & { code?: string }) {
        if (warning.code === 'SIGHTLINE_CONTEXT') warnings.push(warning.message);
        if (warnings.length < 2) return;
        process.off('warning', listen);
        resolve();
      });
    });
    const fields = { once: {} } as unknown as GivenFields;
    runWithContext(fields, () => {});
    runWithContext(fields, () => {});
    runWithContext({ twice: [] } as unknown as GivenFields, () => {});
    await warned;
    expect(warnings).toEqual([
      '[context] Field "once" is an object and is left out of the context. Give a string, a finite number or a boolean.',
      '[context] Field "twice" is an array and is left out of the context. Give a string, a finite number or a boolean.',
    ]);
  });
});

test('any nesting of any fields gives the innermost valid value of each, for any name', () => {
  const stop = onDroppedField(() => {});
  const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'user_id'));
  const valid = fc.oneof(fc.string({ minLength: 1 }), fc.integer().map(String));
  const ignored = fc.constantFrom(
    undefined,
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    {},
    ['x'],
    () => 'x',
    Symbol('x'),
  );
  const level = fc.array(fc.tuple(name, fc.oneof(valid, ignored)), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(level, { maxLength: 6 }), (levels) => {
      const run = (depth: number, outer: ReadonlyMap<string, unknown>): void => {
        if (depth === levels.length) return;
        const given = new Map(levels[depth]);
        const expected = new Map([...outer, ...[...given].filter(([, value]) => typeof value === 'string')]);
        const around = currentContext();
        runWithContext(Object.fromEntries(given) as GivenFields, () => {
          expect(new Map(Object.entries(currentContext() ?? {}))).toEqual(expected);
          expect(Object.isFrozen(currentContext())).toBe(true);
          run(depth + 1, expected);
        });
        expect(currentContext()).toBe(around);
      };
      runWithContext({ correlation_id: 'c' }, () => run(0, new Map([['correlation_id', 'c']])));
    }),
  );
  stop();
});

function throwError(): never {
  throw new Error('hostile');
}

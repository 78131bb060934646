import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import {
  fieldRows,
  type OptionsOf,
  type ResolvedOf,
  readFields,
  resolveFields,
  rowsOf,
  settingsOf,
} from '../src/fields/index.js';

const table = {
  /** Where. */
  host: { type: 'string', variables: { SHOP_HOST: { default: 'this machine', help: 'The host.' } } },
  port: { type: 'port', default: 80, variables: { SHOP_PORT: 'Its port.' } },
  intervalMs: {
    type: 'milliseconds',
    default: 10_000,
    variables: {
      SHOP_INTERVAL_SECONDS: { type: 'seconds', help: 'Between two.' },
      SHOP_INTERVAL: 'The same in milliseconds.',
    },
  },
  layout: { type: 'choice', choices: ['json', 'text'], default: 'json', variables: { SHOP_LAYOUT: 'How.' } },
  size: { type: 'count', min: 2, max: 8, isRight: (value: number): boolean => value % 2 === 0 },
  names: { type: 'list', choices: ['a', 'b'] },
  tags: { type: 'strings' },
  apiKey: { type: 'string' },
  clock: { type: 'any', as: {} as Date },
} as const;

test('options are typed as the table says', () => {
  expectTypeOf<OptionsOf<typeof table>['port']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<OptionsOf<typeof table>['layout']>().toEqualTypeOf<'json' | 'text' | undefined>();
  expectTypeOf<OptionsOf<typeof table>['clock']>().toEqualTypeOf<Date | undefined>();
  expectTypeOf<ResolvedOf<typeof table>['port']>().toEqualTypeOf<number>();
  expectTypeOf<ResolvedOf<typeof table>['host']>().toEqualTypeOf<string | undefined>();
});

test('what is not given has its default', () => {
  const defaults = { port: 80, intervalMs: 10_000, layout: 'json' };
  expect(resolveFields('shop', table, {})).toEqual({ ...defaults, host: undefined });
  expect(resolveFields('shop', table, { port: 0, host: 'x' })).toMatchObject({ ...defaults, port: 0, host: 'x' });
  expect(Object.keys(resolveFields('shop', table, {}))).toEqual(Object.keys(table));
});

test.each<[object, string]>([
  [{ host: 1 }, '[shop] host is 1: give a string.'],
  [{ port: 70_000 }, '[shop] port is 70000: give a whole number from 0 to 65535.'],
  [{ intervalMs: 0 }, '[shop] intervalMs is 0: give milliseconds from 1 to 2147483647.'],
  [{ intervalMs: Number.NaN }, '[shop] intervalMs is'],
  [{ layout: 'xml' }, "[shop] layout is \"xml\": give 'json' or 'text'."],
  [{ size: 9 }, '[shop] size is 9: give a whole number from 2 to 8.'],
  [{ size: 3 }, '[shop] size is 3: give a whole number from 2 to 8.'],
  [{ names: 'a' }, "[shop] names is \"a\": give a list of 'a' and 'b'."],
  [{ names: ['c'] }, "[shop] names[0] is \"c\": give 'a' or 'b'."],
  [{ tags: { a: 1 } }, '[shop] tags["a"] is 1: give a string.'],
  [{ apiKey: 7 }, '[shop] apiKey is ***: give a string.'],
  [
    {
      host: new (class Secrets {
        readonly password = 's3cret';
      })(),
    },
    '[shop] host is an object: give a string.',
  ],
])('%j is refused with what to give', (options, message) => {
  expect(() => resolveFields('shop', table, options)).toThrow(message);
});

test.each<[unknown, string]>([
  [{ port: null }, '[shop] port is null: give a whole number from 0 to 65535.'],
  [{ clock: null }, '[shop] clock is null: give another value, or leave it out.'],
  [null, '[shop] The options are null: give a plain object.'],
  [new Map([['port', 1]]), '[shop] The options are an object: give a plain object.'],
  ['host=x', '[shop] The options are "host=x": give a plain object.'],
  [{ tags: new Map([['a', 'b']]) }, '[shop] tags is an object: give a plain object of strings.'],
  [{ tags: new URLSearchParams('a=b') }, '[shop] tags is an object: give a plain object of strings.'],
  [
    {
      tags: {
        get a() {
          return unreadable();
        },
      },
    },
    '[shop] tags cannot be read: give a plain object of strings.',
  ],
  [
    {
      get port() {
        return unreadable();
      },
    },
    '[shop] port cannot be read: give a whole number from 0 to 65535.',
  ],
  [{ tags: { apiKey: 5 } }, '[shop] tags["apiKey"] is ***: give a string.'],
  [{ tags: { 'https://a:s3cret@b': 5 } }, '[shop] tags["https://***@b"] is 5: give a string.'],
])('%# is refused, and nothing of it is thrown', (options, message) => {
  expect(() => resolveFields('shop', table, options as object)).toThrow(new Error(message));
});

// A table of tests would read the proxies to name them.
test('what cannot be read is refused as well', () => {
  const cases: ReadonlyArray<readonly [object, string]> = [
    [revoked(), '[shop] The options are an object: give a plain object.'],
    [{ host: revoked() }, '[shop] host is an object: give a string.'],
    [{ tags: revoked() }, '[shop] tags is an object: give a plain object of strings.'],
  ];
  for (const [options, message] of cases) expect(() => resolveFields('shop', table, options)).toThrow(message);
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function unreadable(): never {
  throw new Error('s3cret');
}

test('no option comes from a name that every object has', () => {
  const resolved = resolveFields('shop', table, JSON.parse('{"__proto__":{"port":1},"constructor":2}'));
  expect(resolved.port).toBe(80);
  expect(Object.getPrototypeOf(resolved)).toBe(Object.prototype);
});

const mail = {
  to: { type: 'text', required: true },
  retries: {
    type: 'options',
    or: [false],
    fields: { max: { type: 'count', min: 0, required: true }, everyMs: { type: 'milliseconds', default: 1000 } },
    default: { max: 3 },
  },
  target: { type: 'choice', choices: ['smtp', 'none'], orObject: true, methods: ['send'], default: 'smtp' },
  log: { type: 'instance', as: {} as Console, methods: ['info', 'warn'] },
  hosts: { type: 'list', isEach: (host: string): boolean => /^\w+$/.test(host), advice: 'give a list of hosts' },
  port: { type: 'port', default: 25, variables: { MAIL_PORT: 'Its port.' } },
} as const;

test('nested, required and alternative options are typed as the table says', () => {
  type Options = OptionsOf<typeof mail>;
  expectTypeOf<Options['to']>().toEqualTypeOf<string>();
  expectTypeOf<NonNullable<Options['retries']>>().toEqualTypeOf<
    OptionsOf<(typeof mail)['retries']['fields']> | false
  >();
  expectTypeOf<ResolvedOf<typeof mail>['retries']>().toEqualTypeOf<
    { readonly max: number; readonly everyMs: number } | false
  >();
  // @ts-expect-error `to` is missing
  const incomplete: Options = {};
  expect(() => resolveFields('mail', mail, incomplete)).toThrow(
    '[mail] to is undefined: give a string that is not empty.',
  );
});

test('nested options have their defaults', () => {
  expect(resolveFields('mail', mail, { to: 'a' }).retries).toEqual({ max: 3, everyMs: 1000 });
  expect(resolveFields('mail', mail, { to: 'a', retries: { max: 0 } }).retries).toEqual({ max: 0, everyMs: 1000 });
  expect(resolveFields('mail', mail, { to: 'a', retries: false }).retries).toBe(false);
});

test.each<[object, string]>([
  [{ to: ' ' }, 'to is " ": give a string that is not empty.'],
  [{ retries: true }, 'retries is true: give false or { max, everyMs }.'],
  [{ retries: {} }, 'retries.max is undefined: give a whole number of at least 0.'],
  [{ retries: { max: 1, everyMs: 0 } }, 'retries.everyMs is 0: give milliseconds from 1 to 2147483647.'],
  [
    { retries: { max: 1, evryMs: 5 } },
    'retries has an unknown option "evryMs". Did you mean "everyMs"? Its options are max, everyMs.',
  ],
  [{ target: {} }, "target is {}: give 'smtp', 'none' or an object with send."],
  [{ log: { info() {} } }, 'log is {}: give an object with info and warn.'],
  [{ hosts: ['a', 'b/c'] }, 'hosts[1] is "b/c": give a list of hosts.'],
  [{ too: 'b' }, 'mailer has an unknown option "too". Did you mean "to"?'],
])('%j is refused as well', (options, message) => {
  expect(() => resolveFields('mail', mail, { to: 'a', ...options }, 'mailer')).toThrow(`[mail] ${message}`);
});

test('an object with the methods stands for a name', () => {
  const target = { send() {} };
  expect(resolveFields('mail', mail, { to: 'a', target: target as never }).target).toBe(target);
});

test('every wrong option is found, and those that are right are left', () => {
  const options = { to: 5, port: 'x', hosts: ['a'], retries: { max: -1, everyMs: 5 } };
  const { problems, resolved } = readFields(mail, options);
  expect(problems.map(({ option }) => option)).toEqual(['to', 'retries', 'port']);
  expect(resolved).toMatchObject({ hosts: ['a'], retries: { everyMs: 5 } });
});

test('never throws, whatever the options are', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), fc.constantFrom(...Object.keys(mail)), (value, name) => {
      const { problems } = readFields(mail, { to: 'a', [name]: value });
      for (const { text } of [...problems, ...readFields(mail, value).problems]) {
        expect(text).toMatch(/: give|cannot be read|unknown option/);
      }
    }),
    { numRuns: rounds(5000) },
  );
});

test('the settings of a package follow from its table', () => {
  const settings = settingsOf('mail', 'mailer', mail, ({ port, ...others }) => ({ ...others, port: port + 1 }));
  expect(settings.optionNames).toEqual(Object.keys(mail));
  expect(settings.environment.map(({ name, sets }) => [name, sets])).toEqual([['MAIL_PORT', 'port']]);
  expect(settings.resolve({ to: 'a' })).toMatchObject({ to: 'a', port: 26, target: 'smtp' });
  expect(rowsOf('port', mail.port).MAIL_PORT).toMatchObject({ type: 'port', defaultText: '25' });
});

test('variables are rows in the order of the table', () => {
  expect(fieldRows(table).map(({ name, sets, type, defaultText }) => `${name} ${sets} ${type} ${defaultText}`)).toEqual(
    [
      'SHOP_HOST host string this machine',
      'SHOP_PORT port port 80',
      'SHOP_INTERVAL_SECONDS intervalMs seconds 10',
      'SHOP_INTERVAL intervalMs milliseconds 10000',
      'SHOP_LAYOUT layout choice json',
    ],
  );
});

import { readFileSync } from 'node:fs';
import { runWithContext } from '@sightline/context';
import type { LayoutName } from '@sightline/logger';
import { resolveFields } from '@sightline/settings/fields';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { errorJson } from '../src/json/error-json.js';
import { KeyCache } from '../src/json/key-cache.js';
import { limitFields } from '../src/json/limits.js';
import { ValueWriter } from '../src/json/value-writer.js';
import { redactionBy } from '../src/redaction/redaction.js';
import { lines } from './lines.js';

const layouts: readonly LayoutName[] = ['pino', 'structured', 'ecs'];

const schema = JSON.parse(readFileSync(new URL('../structured.schema.json', import.meta.url), 'utf8'));
const isStructured = new Ajv({ strict: false }).compile(schema);

// Stands behind secret keys only, so it may be found nowhere.
const secret = 'S3CR3T-planted';

const secretKey = fc.constantFrom(
  ...['password', 'Password', 'user_password', 'PASSWD', 'pwd', 'dbPwd', 'secret', 'client-secret', 'clientSecret'],
  ...[
    'authorization',
    'Authorization',
    'Proxy-Authorization',
    'cookie',
    'Set-Cookie',
    'setCookie',
    'token',
    'access_token',
  ],
  ...[
    'refreshToken',
    'ID_TOKEN',
    'x-auth-token',
    'csrfToken',
    'apiKey',
    'x-api-key',
    'API_KEY',
    'private_key',
    'privateKey',
  ],
  ...['session', 'sessionId', 'session_token', 'credentials', 'creditCard', 'card_number', 'cvv', 'passphrase', 'jwt'],
);

const reservedKey = fc.constantFrom(
  ...['level', 'time', 'msg', 'pid', 'hostname', 'name', 'timestamp', 'message', 'context', 'metadata', 'error', 'err'],
  ...[
    'performance',
    'duration_ms',
    'trace_id',
    'span_id',
    'request_id',
    'correlation_id',
    'logger',
    '@timestamp',
    'log.level',
  ],
  ...[
    'http',
    'http.request.id',
    'user.id',
    'error.type',
    'level_',
    'msg_',
    'a',
    'b',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    'toJSON',
    '',
    '…',
    'x\ny',
    '"',
    '\\',
    '\u2028',
    '\ud800',
    'k'.repeat(300),
    `${'k'.repeat(300)}2`,
    '0',
    '1',
    'cause',
    'stack',
  ],
);

const leaf = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, Number.NaN, Number.POSITIVE_INFINITY, -0, 10n ** 30n, Symbol('s')),
  fc.constantFrom<unknown>(
    () => 1,
    Buffer.from('abc'),
    new Float64Array([1, Number.NaN]),
    new Date(0),
    new Date(Number.NaN),
  ),
  fc.constantFrom<unknown>(
    new URL('http://h/p'),
    /x/g,
    Promise.resolve(1),
    new WeakMap(),
    Object(1n),
    new DataView(new ArrayBuffer(2)),
  ),
  fc.constant(undefined).map(() => 'x'.repeat(40_000)),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.constant(`https://user:${secret}@host/path?access_token=${secret}&a=1`),
  fc.constant('4111 1111 1111 1111'),
);

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fields(tie('tree')),
    fields(tie('tree')).map((members) => failed(members)),
    fc.array(tie('tree'), { maxLength: 3 }).map((errors) => new AggregateError(errors, 'several')),
    fc
      .array(fc.tuple(fc.oneof(reservedKey, tie('tree')), tie('tree')), { maxLength: 3 })
      .map((entries) => new Map(entries)),
    fc.tuple(secretKey).map(([key]) => new Map([[key, secret]])),
    fc.array(tie('tree'), { maxLength: 3 }).map((items) => new Set(items)),
    tie('tree').map((value) => ({ toJSON: () => value })),
    tie('tree').map((value) => hostile(value)),
    fields(tie('tree')).map((members) => new Proxy(members, {})),
  ),
}));

function fields(value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  const member = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.oneof(reservedKey, fc.string()), value) },
    {
      weight: 1,
      arbitrary: fc.tuple(secretKey, fc.constantFrom<unknown>(secret, [secret], { a: secret }, { b: [{ c: secret }] })),
    },
  );
  return fc.array(member, { maxLength: 5 }).map((entries) => Object.fromEntries(entries));
}

function failed(members: Record<string, unknown>): Error {
  const error = new Error('failed', { cause: members });
  return Object.defineProperties(error, { stack: { value: 'at x' }, ...Object.getOwnPropertyDescriptors(members) });
}

/** Objects that fight back. */
function hostile(value: unknown): object {
  const circular: Record<string, unknown> = { value };
  Object.defineProperty(circular, fc.toStringMethod, { value: () => 'hostile' });
  circular['self'] = circular;
  circular['list'] = [circular];
  Object.defineProperties(circular, {
    throws: {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    },
    endless: { enumerable: true, get: () => hostile(1) },
    itself: {
      enumerable: true,
      value: {
        toJSON() {
          return this;
        },
      },
    },
    failing: {
      enumerable: true,
      value: {
        toJSON() {
          throw new Error('no');
        },
      },
    },
    closed: {
      enumerable: true,
      value: new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no');
          },
        },
      ),
    },
    closedToo: {
      enumerable: true,
      value: new Proxy(
        {},
        {
          get: () => {
            throw new Error('no');
          },
          getPrototypeOf: () => {
            throw new Error('no');
          },
        },
      ),
    },
  });
  return circular;
}

test.each(layouts)(
  'any object becomes one line of strict JSON without its secrets (%s)',
  { timeout: 3_600_000 },
  async (layout) => {
    let written = 0;
    const property = fc.property(
      fc.oneof(fields(tree), tree),
      fields(tree),
      fc.option(fc.string()),
      (first, bindings, message) => {
        const { log, text, all } = lines({ layout, name: 'random', performance: message === null });
        const child = log.child(bindings);
        runWithContext({ request_id: 'r', user_id: 'u', level: 'x', msg: 'y' } as object, () => {
          log.info(first as object, message ?? undefined);
          child.error(first as object, message ?? '%o', first, new Error('beside'));
        });
        const parsed = all();
        written += parsed.length;
        if (parsed.length !== 2) throw new Error(`${parsed.length} lines`);
        if (text().includes(secret) || text().includes('4111 1111')) throw new Error(`a secret in ${text()}`);
        if (text().length > 1_500_000) throw new Error(`${text().length} characters`);
        if (layout === 'structured' && !parsed.every((line) => isStructured(line))) {
          throw new Error(`${isStructured.errors?.[0]?.instancePath} ${isStructured.errors?.[0]?.message}`);
        }
      },
    );
    const runs = rounds(10_000);
    for (let done = 0; done < runs; done += BATCH) {
      fc.assert(property, { numRuns: Math.min(BATCH, runs - done) });
      // What a WeakRef points to lives until the end of the turn.
      await new Promise(setImmediate);
    }
    expect(written).toBe(2 * runs);
  },
);

test.each([{}, { depth: 2, items: 2, stringLength: 10 }, { lineBytes: 4096 }])(
  'the values that are kept for a sink are those that a reader of the JSON gets (limits %j)',
  { timeout: 3_600_000 },
  async (given) => {
    const limits = resolveFields('logger', limitFields, given);
    const keys = new KeyCache(redactionBy({}), () => 0);
    const property = fc.property(tree, (value) => {
      for (const write of [
        (writer: ValueWriter) => writer.value(value),
        (writer: ValueWriter) => errorJson(value, writer),
      ]) {
        const writer = new ValueWriter(keys, limits, true);
        const json = write(writer);
        const [kept, read] = [JSON.stringify(writer.kept), JSON.stringify(JSON.parse(json))];
        if (kept !== read) throw new Error(`kept ${kept}, but wrote ${json}`);
      }
    });
    const runs = rounds(10_000);
    for (let done = 0; done < runs; done += BATCH) {
      fc.assert(property, { numRuns: Math.min(BATCH, runs - done) });
      await new Promise(setImmediate);
    }
  },
);

const BATCH = 100;

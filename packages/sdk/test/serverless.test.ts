import { PassThrough } from 'node:stream';
import { currentContext } from '@sightline/context';
import { createTestObservability } from '@sightline/testing/observability';
import {
  baggagePropagator,
  compositePropagator,
  propagatorFromNames,
  w3cPropagator,
} from '@sightline/tracing/propagation';
import '@sightline/testing/vitest';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ServerlessOptions, serverlessHandler } from '../src/index.js';

const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');
const coldStart = Symbol.for('sightline.sdk.cold-start.v1');

beforeEach(() => {
  Reflect.deleteProperty(globalThis, coldStart);
});

/** Doubles that record, and what was asked of `flush`, in the order of events. */
function setting(flush: () => Promise<void> = async () => {}) {
  const doubles = createTestObservability({ serviceName: 'shop' });
  const flushes: Array<number | undefined> = [];
  const order: string[] = [];
  const obs = {
    ...doubles,
    tracing: { propagator: compositePropagator([w3cPropagator, baggagePropagator]) },
    flush: async (options?: { timeoutMs?: number | undefined }) => {
      flushes.push(options?.timeoutMs);
      order.push('flush');
      await flush();
      order.push('flushed');
    },
  };
  return { obs, doubles, flushes, order };
}

const lambda = {
  awsRequestId: 'a1b2-c3',
  functionName: 'orders-fn',
  invokedFunctionArn: 'arn:aws:lambda:eu:1:function:orders-fn',
};
const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traceparent = `00-${trace.traceId}-${trace.spanId}-01`;

test('everything is sent before the invocation ends, with its result or its error', async () => {
  const { obs, flushes } = setting();
  expect(await serverlessHandler(obs, (a: number, b: number) => a + b)(1, 2)).toBe(3);
  const failing = serverlessHandler(obs, async () => {
    throw new RangeError('no');
  });
  await expect(failing()).rejects.toThrow(RangeError);
  expect(flushes).toEqual([2000, 2000]);
});

test('what cannot be sent, or only too late, does not fail or hold the invocation', async () => {
  const away = setting(() => Promise.reject(new Error('collector away')));
  expect(await serverlessHandler(away.obs, async () => 'ok')()).toBe('ok');
  const hanging = setting(() => new Promise(() => {}));
  expect(await serverlessHandler(hanging.obs, async () => 'ok', { timeoutMs: 10 })()).toBe('ok');
});

test('an observability that can only flush is enough', async () => {
  expect(await serverlessHandler({ flush: async () => {} }, async () => 'ok')()).toBe('ok');
});

describe('The platform’s own end', () => {
  const context = (left: () => number) => ({ getRemainingTimeInMillis: left });
  const handler = async (_event: object, _context: object) => 1;

  test('limits the time for sending', async () => {
    const { obs, flushes } = setting();
    await serverlessHandler(obs, handler)(
      {},
      context(() => 600),
    );
    expect(flushes).toEqual([500]);
  });

  test('leaves no time for it when it is near', async () => {
    const { obs, flushes } = setting();
    await serverlessHandler(obs, handler)(
      {},
      context(() => 50),
    );
    expect(flushes).toEqual([]);
  });

  test('that cannot be asked is taken for far away', async () => {
    const { obs, flushes } = setting();
    const broken = context(() => {
      throw new Error('no');
    });
    await serverlessHandler(obs, handler)({}, broken);
    expect(flushes).toEqual([2000]);
  });
});

test('wrong options throw at once', () => {
  const { obs } = setting();
  expect(() => serverlessHandler(obs, 1 as never)).toThrow('takes an observability and a function');
  expect(() => serverlessHandler(undefined as never, () => 1)).toThrow('takes an observability and a function');
  expect(() => serverlessHandler(obs, () => 1, { timeoutMs: 0 } satisfies ServerlessOptions)).toThrow(
    'timeoutMs is 0: give',
  );
});

describe('what a runtime looks at', () => {
  test.each([
    ['no parameter', async () => {}],
    ['two', async (_event: unknown, _context: unknown) => {}],
    ['a callback', (_event: unknown, _context: unknown, _callback: unknown) => {}],
  ])('is as it is without us: %s', (_case, handler) => {
    const wrapped = serverlessHandler(setting().obs, handler as (...args: unknown[]) => unknown);
    expect(wrapped.length).toBe(handler.length);
    expect(wrapped.name).toBe(handler.name);
    expect(wrapped.constructor.name).toBe(handler.constructor.name);
  });

  test('are the marks of a streaming handler, from before and from after', () => {
    const highWaterMark = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
    const marked = Object.assign(async () => {}, { [streamingMark]: 'response', [highWaterMark]: 65_536 });
    const wrapped = serverlessHandler(setting().obs, marked);
    expect(Reflect.get(wrapped, streamingMark)).toBe('response');
    expect(Reflect.get(wrapped, highWaterMark)).toBe(65_536);
    const later = serverlessHandler(setting().obs, async () => {});
    expect(Reflect.set(later, streamingMark, 'response')).toBe(true);
  });

  test('is `this`, too', async () => {
    const api = {
      name: 'api',
      handler: serverlessHandler(setting().obs, async function (this: { name: string }) {
        return this.name;
      } as () => Promise<string>),
    };
    expect(await api.handler()).toBe('api');
  });

  test('is the very error, thrown at once or later, of any kind', async () => {
    const { obs } = setting();
    const error = new Error('no');
    const thrown = [error, 'text', undefined, Object.freeze({ code: 7 })];
    for (const each of thrown) {
      const now = serverlessHandler(obs, () => {
        throw each;
      });
      const later = serverlessHandler(obs, () => Promise.reject(each));
      await expect(now()).rejects.toBe(each);
      await expect(later()).rejects.toBe(each);
    }
  });
});

describe('a request', () => {
  const version1 = {
    resource: '/orders/{id}',
    path: '/orders/17',
    httpMethod: 'GET',
    headers: {
      Host: 'api.example.com',
      TraceParent: traceparent,
      'User-Agent': 'curl/8',
      'X-Forwarded-Proto': 'https',
      'X-Correlation-Id': 'c-1',
    },
    multiValueHeaders: { Host: ['api.example.com'] },
    queryStringParameters: { full: '1' },
    multiValueQueryStringParameters: { full: ['1', '2'] },
    requestContext: {
      resourcePath: '/orders/{id}',
      domainName: 'api.example.com',
      protocol: 'HTTP/1.1',
      identity: { sourceIp: '203.0.113.7' },
    },
  };
  const version2 = {
    version: '2.0',
    routeKey: 'GET /orders/{id}',
    rawPath: '/orders/17',
    rawQueryString: 'full=1&full=2',
    headers: {
      host: 'api.example.com',
      traceparent,
      'user-agent': 'curl/8',
      'x-forwarded-proto': 'https',
      'x-correlation-id': 'c-1',
    },
    requestContext: {
      domainName: 'api.example.com',
      http: { method: 'GET', path: '/orders/17', protocol: 'HTTP/1.1', sourceIp: '203.0.113.7' },
    },
  };
  const balancer = {
    path: '/orders/17',
    httpMethod: 'GET',
    multiValueHeaders: {
      host: ['api.example.com'],
      traceparent: [traceparent],
      'user-agent': ['curl/8'],
      'x-forwarded-proto': ['https'],
      'x-correlation-id': ['c-1'],
    },
    multiValueQueryStringParameters: { full: ['1', '2'] },
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu:1:targetgroup/t/1' } },
  };

  test.each([
    ['API Gateway, format 1.0', version1, 'GET /orders/{id}', '/orders/{id}'],
    ['API Gateway, format 2.0', version2, 'GET /orders/{id}', '/orders/{id}'],
    ['a load balancer', balancer, 'GET', undefined],
    ['a function URL', { ...version2, routeKey: '$default' }, 'GET', undefined],
  ])('of %s is a server span that continues its trace', async (_sender, event, name, route) => {
    const { obs, doubles } = setting();
    let seen: unknown;
    const handler = serverlessHandler(obs, async (_event: object, _context: object) => {
      seen = currentContext();
      obs.logger.info('handled');
      return { statusCode: 201 };
    });
    expect(await handler(event, lambda)).toEqual({ statusCode: 201 });
    expect(seen).toMatchObject({ request_id: 'a1b2-c3', correlation_id: 'c-1' });
    expect(doubles).toHaveSpan({
      name,
      kind: 'server',
      traceId: trace.traceId,
      status: 'unset',
      attributes: {
        'http.request.method': 'GET',
        'http.route': route,
        'url.path': '/orders/17',
        'url.query': 'full=1&full=2',
        'url.scheme': 'https',
        'server.address': 'api.example.com',
        'user_agent.original': 'curl/8',
        'http.response.status_code': 201,
        'faas.trigger': 'http',
        'faas.invocation_id': 'a1b2-c3',
        'faas.coldstart': true,
        'cloud.resource_id': lambda.invokedFunctionArn,
      },
    });
    expect(doubles.logs).toHaveLogged({ message: 'handled', context: { request_id: 'a1b2-c3' } });
  });

  test.each([
    [version1, { statusCode: 503 }, 503, 'error'],
    [version1, { statusCode: 404 }, 404, 'unset'],
    [version2, 'a text is the body of a 200', 200, 'unset'],
    [version2, { any: 'object' }, 200, 'unset'],
  ] as const)('has the status of its response: %#', async (event, result, status, spanStatus) => {
    const { obs, doubles } = setting();
    await serverlessHandler(obs, async (_event: unknown) => result)(event);
    expect(doubles).toHaveSpan({
      kind: 'server',
      status: spanStatus,
      attributes: { 'http.response.status_code': status },
    });
  });

  test('with anything else in place of its fields is handled all the same', async () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const events = [
      null,
      7,
      [],
      { httpMethod: 7 },
      { httpMethod: 'GET', headers: 'x', requestContext: 1 },
      { Records: [null, 1] },
      revoked.proxy,
    ];
    for (const event of events) {
      const { obs } = setting();
      expect(await serverlessHandler(obs, async (_event: unknown) => 'ok')(event)).toBe('ok');
    }
  });
});

describe('a batch', () => {
  const record = (id: number) => ({
    messageId: `m-${id}`,
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:orders',
    messageAttributes: {
      traceparent: { stringValue: `00-${trace.traceId}-b7ad6b716920333${id}-01`, dataType: 'String' },
    },
  });
  const event = { Records: [record(1), record(2), record(3), record(3)] };

  test('of SQS is a consumer span of its own trace that links to each sender once, and counts what failed', async () => {
    const { obs, doubles } = setting();
    const result = { batchItemFailures: [{ itemIdentifier: 'm-2' }] };
    const handler = serverlessHandler(obs, async (_event: unknown, _context: unknown) => result);
    expect(await handler(event, lambda)).toBe(result);
    const span = doubles.traces.named('process orders');
    expect(span.links).toHaveLength(3);
    expect(span.traceId).not.toBe(trace.traceId);
    expect(doubles).toHaveSpan({
      name: 'process orders',
      kind: 'consumer',
      status: 'unset',
      attributes: {
        'messaging.system': 'aws_sqs',
        'messaging.destination.name': 'orders',
        'messaging.batch.message_count': 4,
        'sightline.batch.failed_items': 1,
        'faas.trigger': 'pubsub',
      },
    });
    expect(doubles).toHaveCounted('faas.batch_item_failures', { 'faas.trigger': 'pubsub' }, 1);
    expect(doubles.logs).toHaveLogged({
      level: 'warning',
      message: /items of the batch failed/,
      context: { failed_items: 1, items: 4 },
    });
  });

  test.each([
    [[{ itemIdentifier: '' }]],
    [[{}]],
    [event.Records.map(({ messageId }) => ({ itemIdentifier: messageId }))],
    [new Array(4_000_000_000)],
  ])('that failed as a whole is a failed span: %#', async (batchItemFailures) => {
    const { obs, doubles } = setting();
    await serverlessHandler(obs, async (_event: unknown) => ({ batchItemFailures }))(event);
    expect(doubles).toHaveSpan({
      name: 'process orders',
      status: 'error',
      attributes: { 'sightline.batch.failed_items': 4 },
    });
  });

  test('of SNS links to its sender, and records of a table are no messages', async () => {
    const { obs, doubles } = setting();
    const sns = {
      EventSource: 'aws:sns',
      Sns: {
        TopicArn: 'arn:aws:sns:eu:1:news',
        MessageAttributes: { traceparent: { Type: 'String', Value: traceparent } },
      },
    };
    await serverlessHandler(obs, async (_event: unknown) => {})({ Records: [sns] });
    expect(doubles.traces.named('process news').links).toHaveLength(1);
    await serverlessHandler(obs, async (_event: unknown, _context: unknown) => {})(
      { Records: [{ eventSource: 'aws:dynamodb' }] },
      lambda,
    );
    expect(doubles).toHaveSpan({ name: 'orders-fn', kind: 'server', attributes: { 'faas.trigger': 'datasource' } });
  });
});

describe('an invocation that fails', () => {
  test('leaves a line with its request, a failed span, and a count', async () => {
    const { obs, doubles } = setting();
    const handler = serverlessHandler(obs, async (_event: object, _context: object) => {
      throw new RangeError('out of stock');
    });
    await expect(handler({}, lambda)).rejects.toThrow('out of stock');
    expect(doubles.logs).toHaveLogged({
      level: 'error',
      message: 'invocation failed',
      context: { request_id: 'a1b2-c3', coldstart: true, trigger: 'other' },
      error: { message: 'out of stock' },
    });
    expect(doubles).toHaveSpan({ name: 'orders-fn', status: 'error', attributes: { 'error.type': 'RangeError' } });
    expect(doubles).toHaveCounted('faas.errors', { 'error.type': 'RangeError' }, 1);
  });
});

test('the platform’s own trace is continued where a propagator for X-Ray is chosen', async () => {
  vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { obs, doubles } = setting();
  const tracing = { propagator: propagatorFromNames(['tracecontext', 'xray']).propagator };
  await serverlessHandler({ ...obs, tracing }, async (_event: unknown, _context: unknown) => {})({}, lambda);
  expect(doubles).toHaveSpan({ name: 'orders-fn', traceId: '5759e988bd862e3fe1be46a994272793' });
});

test('only the first invocation of a process is a cold start', async () => {
  const { obs, doubles } = setting();
  const handler = serverlessHandler(obs, async () => {});
  await handler();
  await handler();
  expect(doubles.traces.finished.map(({ attributes }) => attributes['faas.coldstart'])).toEqual([true, false]);
  expect(doubles).toHaveCounted('faas.coldstarts', {}, 1);
});

describe('a handler with a callback', () => {
  const callOf = (order: string[], handler: (...args: never[]) => unknown, context: object = lambda) =>
    new Promise<unknown[]>((resolve) => {
      const callback = (...given: unknown[]): void => {
        order.push('callback');
        resolve(given);
      };
      const returned = handler({} as never, context as never, callback as never);
      order.push(`returned ${typeof returned}`);
    });

  test('is done when it calls it: then everything is sent, and the runtime hears of it', async () => {
    const { obs, doubles, order } = setting();
    const handler = serverlessHandler(
      obs,
      (_event: unknown, _context: unknown, callback: (e: unknown, r: unknown) => void) => {
        setTimeout(() => {
          order.push('done');
          callback(null, { statusCode: 200 });
        }, 5);
      },
    );
    expect(await callOf(order, handler)).toEqual([null, { statusCode: 200 }]);
    expect(order).toEqual(['returned undefined', 'done', 'flush', 'flushed', 'callback']);
    expect(doubles).toHaveSpan({ name: 'orders-fn', status: 'unset' });
  });

  test('that gives it an error failed', async () => {
    const { obs, doubles, order } = setting();
    const error = new Error('no stock');
    const handler = serverlessHandler(obs, (_event: unknown, _context: unknown, callback: (e: unknown) => void) =>
      callback(error),
    );
    expect((await callOf(order, handler))[0]).toBe(error);
    expect(doubles.logs).toHaveLogged({ level: 'error', message: 'invocation failed' });
  });

  test('may end by its context, as old ones do', async () => {
    for (const end of ['succeed', 'done', 'fail'] as const) {
      const { obs, doubles, order } = setting();
      const ended = new Promise<unknown[]>((resolve) => {
        const tell = (...given: unknown[]): void => resolve(given);
        const context = { ...lambda, succeed: tell, done: tell, fail: tell };
        const handler = serverlessHandler(obs, (_event: unknown, given: typeof context, _callback: unknown) => {
          given[end](...(end === 'done' ? [null, 'ok'] : ['ok']));
        });
        void handler({}, context, () => order.push('callback'));
      });
      expect(await ended).toEqual(end === 'done' ? [null, 'ok'] : ['ok']);
      expect(order).toEqual(['flush', 'flushed']);
      expect(doubles).toHaveSpan({ name: 'orders-fn', status: end === 'fail' ? 'error' : 'unset' });
    }
  });

  test('that returns something all the same is waited for by its callback', () => {
    const { obs } = setting();
    const handler = serverlessHandler(obs, (_event: unknown, _context: unknown, _callback: unknown) => 42);
    expect(handler({}, lambda, () => {})).toBe(42);
  });

  test('that is async and calls it, too, ends once', async () => {
    const { obs, doubles, order } = setting();
    const handler = serverlessHandler(
      obs,
      async (_event: unknown, _context: unknown, callback: (e: unknown, r: unknown) => void) => {
        callback(null, 'first');
        return 'second';
      },
    );
    expect(await handler({}, lambda, () => order.push('callback'))).toBe('second');
    expect(order).toEqual(['flush', 'flushed', 'callback']);
    expect(doubles.traces.finished).toHaveLength(1);
  });
});

describe('a handler that streams its response', () => {
  test('is done when the stream is, and has its context from the third argument', async () => {
    const { obs, doubles, order, flushes } = setting();
    const stream = new PassThrough();
    stream.resume();
    const context = { ...lambda, getRemainingTimeInMillis: () => 1100 };
    const handler = serverlessHandler(
      obs,
      Object.assign(
        async (_event: unknown, given: PassThrough, _context: object) => {
          given.write('begun');
          setTimeout(() => {
            order.push('end');
            given.end('and over');
          }, 5);
        },
        { [streamingMark]: 'response' },
      ),
    );
    await handler({ rawPath: '/', version: '2.0', requestContext: { http: { method: 'GET' } } }, stream, context);
    expect(order).toEqual(['end', 'flush', 'flushed']);
    expect(flushes).toEqual([1000]);
    expect(doubles).toHaveSpan({ name: 'GET', kind: 'server', attributes: { 'faas.invocation_id': 'a1b2-c3' } });
    expect(stream.listenerCount('finish') + stream.listenerCount('close')).toBeLessThanOrEqual(
      new PassThrough().listenerCount('finish') + 1,
    );
  });

  test('and fails fails at once, whatever becomes of the stream', async () => {
    const { obs } = setting();
    const handler = serverlessHandler(obs, async (_event: unknown, _stream: PassThrough, _context: object) => {
      throw new RangeError('no');
    });
    await expect(handler({}, new PassThrough(), lambda)).rejects.toThrow(RangeError);
  });

  test('and never ends it is waited for within the invocation’s own time', async () => {
    const { obs, flushes } = setting();
    const context = { ...lambda, getRemainingTimeInMillis: () => 520 };
    await serverlessHandler(obs, async (_event: unknown, _stream: PassThrough, _context: object) => {})(
      {},
      new PassThrough(),
      context,
    );
    expect(flushes).toEqual([420]);
  });

  test('and is no promise returns what it returns: the runtime refuses it', () => {
    const { obs } = setting();
    const handler = serverlessHandler(
      obs,
      (_event: unknown, stream: PassThrough, _context: object) => void stream.resume().end(),
    );
    expect(handler({}, new PassThrough(), lambda)).toBeUndefined();
  });
});

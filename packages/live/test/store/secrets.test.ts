import { gunzipSync } from 'node:zlib';
import type { DecodedMetric } from '@sightline/otlp/decode';
import { expect, test } from 'vitest';
import { exportSession } from '../../src/session/index.js';
import { START_MS, spanId, type TestStore, testStore, traceId } from './test-store.js';

const TOKEN = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
const CARD = '4111 1111 1111 1111';
const PASSWORD = 'hunter2-and-more';

/** Everything that can be asked for, and the file that everything is exported to. */
function allAnswers(own: TestStore): string {
  own.store.intake.metric(loginMetric, own.source('shop'));
  const paths = [
    ...['services', 'overview', 'operations', 'losses', 'metrics', 'traces', 'logs', 'topics', 'messages', 'flow'],
    ...['runtime', 'database', `traces/${traceId(1)}`, 'metrics/history?name=logins'],
  ];
  const answers = paths.map((path) => JSON.stringify(own.get(path)));
  const file = [...exportSession(own.store, own.broadcaster, START_MS)].map((chunk) => gunzipSync(chunk).toString());
  return [...answers, ...file].join('\n');
}

test('no secret that any sender sends reaches any answer', () => {
  const own = testStore();
  const everywhere = {
    'http.request.header.authorization': [`Bearer ${TOKEN}`],
    'user.password': PASSWORD,
    'url.full': `https://ada:${PASSWORD}@example.com/?access_token=${TOKEN}`,
    'db.query.text': `SELECT * FROM cards WHERE number = '${CARD}'`,
    'db.system.name': 'postgresql',
    'http.request.header.x-api-key': TOKEN,
    payload: { nested: { apiKey: PASSWORD, list: [{ password: PASSWORD }] } },
    rawHeaders: ['Cookie', `sid=${PASSWORD}`, 'Accept', '*/*'],
    text: `password=${PASSWORD}`,
    [`note ${TOKEN}`]: 'a name that holds a secret',
  };
  own.span({
    name: `GET /login?token=${TOKEN}`,
    kind: 'client',
    isError: true,
    attributes: everywhere,
    record: {
      statusMessage: `Wrong key ${TOKEN}`,
      events: [
        {
          name: `retry ${TOKEN}`,
          seconds: 1,
          nanos: 0,
          attributes: ['exception.message', `password=${PASSWORD}`],
          droppedAttributesCount: 0,
        },
      ],
      links: [
        {
          traceId: traceId(2),
          spanId: spanId(2),
          traceState: undefined,
          flags: 0,
          attributes: ['token', TOKEN],
          droppedAttributesCount: 0,
        },
      ],
    },
  });
  own.log({
    body: `Card ${CARD} of redis://ada:${PASSWORD}@cache`,
    severityNumber: 17,
    logger: `log ${TOKEN}`,
    traceId: traceId(1),
  });
  own.log({
    body: { password: PASSWORD, msg: `Bearer ${TOKEN}` },
    severityNumber: 17,
    attributes: Object.entries(everywhere).flat(),
  });
  own.log({ body: 'x', service: `shop ${TOKEN}` });
  const answers = allAnswers(own);
  for (const secret of [TOKEN, CARD, PASSWORD, TOKEN.slice(0, 20)]) expect(answers).not.toContain(secret);
  expect(answers).toContain('[redacted]');
  expect(answers).toContain('SELECT * FROM cards');
});

test('what is no secret stays, such as a session id, a count of tokens and a trace id', () => {
  const own = testStore();
  const attributes = {
    'session.id': 'abc-123',
    'gen_ai.usage.input_tokens': 512,
    has_password: true,
    'url.path': '/orders/4111111111111112',
  };
  own.span({ attributes });
  expect(own.get<{ spans: object[] }>(`traces/${traceId(1)}`).spans[0]).toMatchObject({ attributes });
});

test('a secret at the place where a text is cut does not stay by half', () => {
  const own = testStore();
  own.log({ body: `${'x'.repeat(8190)} password=${PASSWORD}` });
  own.span({ attributes: { text: `${'x '.repeat(2040)} ${TOKEN} and more`.padEnd(9000, ' y') } });
  expect(allAnswers(own)).not.toMatch(/hunter|ghp_/);
});

const loginMetric: DecodedMetric = {
  name: 'logins',
  description: `Uses ${TOKEN}`,
  unit: '',
  metadata: [],
  kind: 'gauge',
  points: [
    {
      attributes: ['api_key', TOKEN, 'path', `/?token=${TOKEN}`],
      startSeconds: 0,
      startNanos: 0,
      seconds: START_MS / 1000,
      nanos: 0,
      flags: 0,
      value: 1,
      exemplars: [
        {
          seconds: START_MS / 1000,
          nanos: 0,
          value: 1,
          traceId: traceId(1),
          spanId: spanId(1),
          attributes: ['password', PASSWORD],
        },
      ],
    },
  ],
};

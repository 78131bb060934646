import { createTestSpans } from '@sightline/testing/spans';
import { expect, test, vi } from 'vitest';
import { createObservability } from '../src/index.js';

vi.setConfig({ testTimeout: 60_000 }); // the first one loads all of the page, with GraphQL

// Shapes of secrets, each with `hunter2secret` or a key of a known form in it, against every place where one could be shown.
const secret = 'hunter2secret7';
const made = (prefix: string, length: number): string => `${prefix}${'aB3dE6gH9jK2'.repeat(8).slice(0, length)}`;

/** What must stay secret, within a text as services write it. */
const texts: Record<string, readonly [text: string, hidden: string]> = {
  'URL with user and password': [`postgres://app:${secret}@db:5432/x`, secret],
  'URL whose password has a slash': [`postgres://app:a/${secret}@db/x`, secret],
  'URL whose password has a hash': [`postgres://app:a#${secret}@db/x`, secret],
  'URL whose password has a question mark': [`postgres://app:a?${secret}@db/x`, secret],
  'URL whose password has a quote': [`postgres://app:a"${secret}@db/x`, secret],
  'URL whose password has an at sign': [`postgres://app:a@${secret}@db/x`, secret],
  'URL with a password of 600 characters': [`amqp://u:${secret}${'x'.repeat(600)}@mq`, secret],
  'URL with a token alone': [`https://${secret}@sentry.example/1`, secret],
  'redis without a user': [`redis://:${secret}@cache:6379`, secret],
  'query ?token=': [`GET /cb?token=${secret}&a=1`, secret],
  'query ?api-key=': [`GET /cb?api-key=${secret}`, secret],
  'query ?access_token= in a fragment': [`https://h/#access_token=${secret}`, secret],
  'encoded parameter name': [`/cb?api%5Fkey=${secret}`, secret],
  'X-Amz-Signature': [`https://b.s3.example/k?X-Amz-Signature=${secret}`, secret],
  'X-Goog-Signature': [`https://s.example/o?X-Goog-Signature=${secret}`, secret],
  'Azure sig': [`https://a.example/c?sv=2020&sig=${secret}`, secret],
  'Signature of CloudFront': [`https://c.example/k?Expires=1&Signature=${secret}`, secret],
  'password= form': [`grant=x&password=${secret}`, secret],
  'Pwd= of a connection string': [`Server=db;Uid=u;Pwd=${secret};Timeout=3`, secret],
  'AccountKey=': [`AccountName=a;AccountKey=${secret}==;`, secret],
  'quoted parameter': [`login password="a ${secret}" a=1`, secret],
  'JSON member': [`{"user":"u","password":"${secret}"}`, secret],
  'JSON within JSON': [JSON.stringify({ body: JSON.stringify({ token: secret }) }), secret],
  'JSON list under a secret name': [`{"tokens":[["a"],["${secret}"]],"b":1}`, secret],
  'JSON object under a secret name': [`{"auth":{"a":{"b":"${secret}"}}}`, secret],
  'JSON name and value': [`[{"name":"password","value":"${secret}"}]`, secret],
  'Node.js object': [`{ apiKey: '${secret}' }`, secret],
  'Node.js name and value': [`{ name: 'password', value: '${secret}' }`, secret],
  'Authorization header': [`Authorization: Bearer ${secret}`, secret],
  'Basic credentials': [
    `sent Basic ${Buffer.from(`u:${secret}`).toString('base64')}`,
    Buffer.from(`u:${secret}`).toString('base64'),
  ],
  'Digest credentials': [`Authorization: Digest username="u", response="${secret}"`, secret],
  'X-Api-Key header': [`X-Api-Key: ${secret}`, secret],
  'Cookie header': [`Cookie: sid=${secret}; b=c`, secret],
  'Set-Cookie header': [`Set-Cookie: sid=${secret}; Path=/`, secret],
  'password: in YAML': [`password: ${secret}`, secret],
  'client_secret: in YAML': [`client_secret: ${secret}`, secret],
  'flag --password x': [`run --password ${secret} -v`, secret],
  'flag --api-key=x': [`run --api-key=${secret}`, secret],
  "flag --token 'x y'": [`run --token 'a ${secret}' -v`, secret],
  'XML element': [`<a><password>${secret}</password></a>`, secret],
  'XML with namespace': [`<w:Password Type="t">${secret}</w:Password>`, secret],
  'XML CDATA': [`<token><![CDATA[${secret}]]></token>`, secret],
  'XML nested': [`<credentials><v>${secret}</v></credentials>`, secret],
  'multipart part': [`--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n${secret}\r\n--b--`, secret],
  'PEM private key': [`-----BEGIN RSA PRIVATE KEY-----\nMII${secret}\n-----END RSA PRIVATE KEY-----`, secret],
  'PEM cut off': [`-----BEGIN PRIVATE KEY-----\nMII${secret}`, secret],
  'JSON Web Token': ['id eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'eyJzdWIiOiIxIn0'],
  'AWS access key': ['id AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
  'GitHub token': [`clone with ${made('ghp_', 36)}`, made('ghp_', 36)],
  'GitHub fine-grained token': [made('github_pat_', 60), made('github_pat_', 60)],
  'GitLab token': [made('glpat-', 20), made('glpat-', 20)],
  'Stripe key': [made('sk_live_', 24), made('sk_live_', 24)],
  'Slack token': ['xoxb-123456789012-abcdefABCDEF', 'xoxb-123456789012'],
  'Slack webhook': ['https://hooks.slack.com/services/T0/B0/abcdef12', 'abcdef12'],
  'Google key': [made('AIza', 35), made('AIza', 35)],
  'npm token': [made('npm_', 36), made('npm_', 36)],
  'SendGrid key': [`${made('SG.', 22)}.${made('', 43)}`, made('', 43)],
  'OpenAI key': [made('sk-proj-', 40), made('sk-proj-', 40)],
  'DigitalOcean token': [`dop_v1_${'0af7'.repeat(16)}`, '0af7'.repeat(16)],
  'Vault token': [made('hvs.', 30), made('hvs.', 30)],
  'card number': ['paid with 4242 4242 4242 4242', '4242 4242'],
};

test('there are sixty', () => expect(Object.keys(texts).length).toBeGreaterThanOrEqual(60));

test.each(Object.entries(texts))('%s is hidden everywhere', async (_shape, [text, hidden]) => {
  const lines: string[] = [];
  const obs = createObservability({
    serviceName: 'orders',
    signals: false,
    tracing: { exporter: 'none', isGlobal: false },
    logger: { destination: { write: (line: string) => void lines.push(line) } },
    metrics: { defaultLabels: {} },
    // Explained, and named in the line at the start.
    otlpLogs: false,
    otel: { url: `http://127.0.0.1:1/?note=1` },
    live: { port: 0, token: 'a-token-of-the-team' },
    env: {
      SIGHTLINE_TEST_RUN: 'false',
      METRICS_BACKEND: 'none',
      OTEL_RESOURCE_ATTRIBUTES: `note=${encodeURIComponent(text)}`,
    },
  });
  await obs.ready;
  obs.logger.info({ note: text, list: [text], nested: { deep: text } }, 'field');
  obs.logger.info(text);
  obs.logger.error({ err: new Error(text, { cause: new Error(text) }) }, 'failed');
  const spans = createTestSpans();
  spans.spans.span('work', { attributes: { note: text, list: [text] } }, (span) =>
    span.addEvent('tried', { note: text }),
  );
  expect(() =>
    spans.spans.span('fail', () => {
      throw new Error(text);
    }),
  ).toThrow();
  obs.spans.span('work', { attributes: { note: text, list: [text] } }, (span) =>
    span.addEvent('tried', { note: text }),
  );
  expect(() =>
    obs.spans.span('fail', () => {
      throw new Error(text);
    }),
  ).toThrow();
  obs.metrics.counter('jobs_total', { help: 'Jobs.', labelNames: ['note'] }).inc({ note: text });
  obs.live.publish('events', {
    type: text,
    payload: { note: text, list: [text], nested: { deep: text } },
    source: text,
    messageId: text,
  });
  obs.live.publish('events', { type: 'Text', payload: text });
  obs.live.page('Notes', () => [{ note: text, list: [text] as never, nested: { deep: text } as never }]);
  obs.live.page('Failing', () => {
    throw new Error(text);
  });
  let thrown = '';
  try {
    createObservability({
      serviceName: 'x',
      signals: false,
      env: {},
      otel: { url: text },
      tracing: { protocol: text as never },
    });
  } catch (error) {
    thrown = String(error);
  }
  const shown: Record<string, string> = {
    'log lines, and the start': lines.join(''),
    explain: obs.explain(),
    'spans and their errors': JSON.stringify(spans.finished),
    'configuration errors': thrown,
    'the live page': await shownLive(String(obs.live.url)),
  };
  await obs.shutdown();
  const plainly = Object.fromEntries(Object.entries(shown).map(([place, output]) => [place, output.includes(hidden)]));
  expect(plainly).toEqual(Object.fromEntries(Object.keys(shown).map((place) => [place, false])));
  expect(thrown).not.toBe('');
});

/** All that the page gives, over its API and GraphQL. */
async function shownLive(url: string): Promise<string> {
  const { origin } = new URL(url);
  const get = async (path: string): Promise<string> =>
    (await fetch(`${origin}/live/${path}`, { headers: { authorization: 'Bearer a-token-of-the-team' } })).text();
  const answers = await Promise.all([...apiPaths, graphql].map(get));
  const ids = [...answers.join('').matchAll(/"traceId":"([0-9a-f]{32})"/g)].map(([, id]) => id);
  expect(ids.length).toBeGreaterThan(1);
  expect(answers.join('')).toContain('"topic":"events"');
  expect(answers.join('')).toContain('"work"');
  return [...answers, ...(await Promise.all([...new Set(ids)].map((id) => get(`api/traces/${id}`))))].join('\n');
}

const apiPaths = [
  ...['about', 'services', 'overview', 'operations', 'losses', 'metrics', 'metrics/history?name=jobs_total&by=note'],
  ...[
    'traces',
    'logs',
    'topics',
    'messages',
    'flow',
    'runtime',
    'database',
    'settings',
    'pages/notes',
    'pages/failing',
  ],
].map((path) => `api/${path}`);
const graphql = `graphql?query=${encodeURIComponent('{messages(topic:"events"){type payload source messageId} topics{topic types{type}}}')}`;

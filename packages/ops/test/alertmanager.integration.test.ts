import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Alertmanager, startAlertmanager } from '../../../scripts/servers/alertmanager.js';
import { requireServer } from '../../../scripts/servers/require-server.js';
import { alertmanagerFiles } from '../src/alertmanager/index.js';
import type { Facts } from '../src/model/facts.js';
import { exampleFacts } from './example-facts.js';
import { type SmtpSink, smtpSink } from './smtp-sink.js';

const hasAlertmanager = requireServer('prometheus-alertmanager');
const hasAmtool = requireServer('amtool');

interface Notification {
  readonly to: string;
  // biome-ignore lint/suspicious/noExplicitAny: the bodies of three services
  readonly body: any;
}

let received: Notification[];
let sink: Server;
let sinkUrl: string;
let mail: SmtpSink;
beforeAll(async () => {
  mail = await smtpSink();
  sink = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      received.push({ to: request.url ?? '', body: JSON.parse(text) });
      response.writeHead(request.url === '/pagerduty' ? 202 : 200).end('ok');
    });
  });
  await new Promise<void>((resolve) => void sink.listen(0, '127.0.0.1', resolve));
  sinkUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await mail.stop();
  sink.closeAllConnections();
  await new Promise((resolve) => sink.close(resolve));
});

let running: Alertmanager | undefined;
beforeEach(() => {
  received = [];
  (mail.messages as string[]).length = 0;
});
afterEach(() => running?.stop());

/** The generated files, with all waiting shortened and all receivers here. */
function files(facts: Facts = exampleFacts(), repeat = '1h'): Record<string, string> {
  const all = Object.fromEntries(alertmanagerFiles(withSinks(facts)).map(({ path, text }) => [at(path), text]));
  const config = parse(all['alertmanager.yml'] ?? '');
  config.global = { ...config.global, pagerduty_url: `${sinkUrl}/pagerduty`, resolve_timeout: '5m' };
  for (const route of [config.route, ...config.route.routes]) {
    if (route.group_wait !== undefined) Object.assign(route, { group_wait: '200ms', group_interval: '300ms' });
    route.repeat_interval = repeat;
  }
  return {
    ...all,
    'alertmanager.yml': stringify(config),
    'secrets/slack_api_url': `${sinkUrl}/slack`,
    'secrets/pagerduty_routing_key': 'key-of-pagerduty',
  };
}

function withSinks(facts: Facts): Facts {
  const { email } = facts.notify;
  return {
    ...facts,
    notify: {
      ...facts.notify,
      email: email === undefined ? undefined : { ...email, smarthost: `127.0.0.1:${mail.port}` },
      webhookUrl: facts.notify.webhookUrl === undefined ? undefined : `${sinkUrl}/webhook`,
    },
  };
}

const at = (path: string): string => path.replace(/^alertmanager\//, '');

async function start(...args: Parameters<typeof files>): Promise<Alertmanager> {
  running = await startAlertmanager(files(...args));
  return running;
}

const labels = (alertname: string, severity: string, more: Record<string, string> = {}) => ({
  ...{ alertname, severity, service: 'shop', team: 'sales', cluster: 'local' },
  ...more,
});

const annotations = {
  summary: '12% of the requests fail',
  description: 'Limit: 10%. <script>alert("x")</script> & {{ .Labels }}',
  dashboard: 'http://localhost:3000/d/application?var-job=shop&from=now-1h',
  runbook: 'https://example.com/runbooks/HighErrorRate.md',
};

const bodyOf = (to: string): string =>
  JSON.stringify(received.filter((each) => each.to === to).map(({ body }) => body));

describe.skipIf(!hasAlertmanager)('Alertmanager delivers', () => {
  test('hostile labels and annotations as texts, whatever the service that shows them executes', async () => {
    const alertmanager = await start();
    const hostile = 'Bad<!channel> <http://evil|x>\r\nBcc: all@example.com';
    await alertmanager.send([
      {
        labels: labels(hostile, 'critical', { instance: hostile, service: `<!here> ${hostile}` }),
        annotations: {
          summary: hostile,
          description: hostile,
          runbook: 'https://x|y> <!everyone>',
          dashboard: 'https://x|y>',
        },
      },
      { labels: { severity: 'critical' } as never, annotations: { runbook: '<!everyone>' } },
    ]);
    await vi.waitFor(() => {
      for (const to of ['/slack', '/pagerduty']) expect(received.filter((each) => each.to === to)).toHaveLength(2);
      expect(mail.messages).toHaveLength(2);
    }, 60_000);
    const slack = bodyOf('/slack');
    expect(slack).not.toMatch(/<[^|"]*(!|\|x|evil|everyone)/);
    expect(slack).toContain('&lt;!channel&gt;');
    for (const text of mail.messages) {
      const [head = ''] = text.split('\r\n\r\n', 1);
      expect(head).not.toMatch(/^Bcc:/im);
      expect(head).toMatch(/^Subject: /m);
    }
    for (const { to, body } of received) {
      if (to === '/pagerduty') expect(body.payload.summary.length).toBeLessThanOrEqual(1024);
    }
  });

  test('a hundred alerts at once, in messages of bounded length', async () => {
    const alertmanager = await start();
    const many = Array.from({ length: 100 }, (_, i) => ({
      labels: labels('DiskFull', 'critical', { instance: `host-${String(i).padStart(3, '0')}` }),
      annotations: { ...annotations, summary: `Disk ${i} is full`, description: 'x'.repeat(500) },
    }));
    await alertmanager.send(many);
    await vi.waitFor(() => expect(bodyOf('/slack')).toContain('[100 firing] DiskFull of shop (critical)'), 60_000);
    const slack = received.findLast(({ to }) => to === '/slack')?.body;
    expect(slack.attachments[0].text).toContain('These are the first 20 of 100.');
    expect(slack.attachments[0].text.length).toBeLessThan(40_000);
    await vi.waitFor(() => expect(bodyOf('/pagerduty')).toContain('Disk 99 is full'), 60_000);
  });

  test('a critical alert by e-mail, Slack, PagerDuty and webhook, with its texts', async () => {
    const alertmanager = await start();
    await alertmanager.send([{ labels: labels('HighErrorRate', 'critical', { signal: 'http' }), annotations }]);
    await vi.waitFor(() => {
      expect(new Set(received.map(({ to }) => to))).toEqual(new Set(['/slack', '/pagerduty', '/webhook']));
      expect(mail.messages).toHaveLength(1);
    }, 60_000);
    const slack = received.find(({ to }) => to === '/slack')?.body;
    expect(slack.channel).toBe('#alerts-critical');
    expect(slack.attachments[0]).toMatchObject({
      title: '[1 firing] HighErrorRate of shop (critical)',
      title_link: 'https://example.com/runbooks/HighErrorRate.md',
      color: 'danger',
    });
    const { text } = slack.attachments[0];
    expect(text).toContain('*12% of the requests fail*');
    expect(text).toContain('&lt;script&gt;alert("x")&lt;/script&gt; &amp; {{ .Labels }}');
    expect(text).toContain('<https://example.com/runbooks/HighErrorRate.md|Runbook>');
    const pagerduty = received.find(({ to }) => to === '/pagerduty')?.body;
    expect(pagerduty.routing_key).toBe('key-of-pagerduty');
    expect(pagerduty.payload).toMatchObject({
      severity: 'critical',
      summary: '[1 firing] HighErrorRate of shop (critical)',
    });
    const message = decoded(mail.messages[0] ?? '');
    expect(message).toContain('Subject: [1 firing] HighErrorRate of shop (critical)');
    expect(message).toContain('<strong>12% of the requests fail</strong>');
    expect(message).toContain('&lt;script&gt;');
    expect(message.slice(message.indexOf('<!doctype html>'))).not.toContain('<script>');
    expect(message).toContain('href="https://example.com/runbooks/HighErrorRate.md"');
  });

  test.each([
    ['high', '#alerts-high', 1],
    ['warning', '#alerts-medium', 0],
    ['medium', '#alerts-medium', 0],
  ])('an alert of severity %s to %s', async (severity, channel, mails) => {
    const alertmanager = await start();
    await alertmanager.send([{ labels: labels('SlowResponse', severity), annotations }]);
    await vi.waitFor(() => {
      expect(received.map(({ to }) => to).sort()).toEqual(['/slack', '/webhook']);
      expect(mail.messages).toHaveLength(mails);
    }, 60_000);
    expect(received.find(({ to }) => to === '/slack')?.body.channel).toBe(channel);
  });

  test('one without a severity to the default receiver', async () => {
    const alertmanager = await start();
    await alertmanager.send([{ labels: { alertname: 'Watchdog' } }]);
    await vi.waitFor(() => expect(received.map(({ to }) => to).sort()).toEqual(['/slack', '/webhook']), 60_000);
    expect(bodyOf('/slack')).toContain('[1 firing] Watchdog');
  });

  test('many alerts as one notification, and those that are resolved apart from those that fire', async () => {
    const alertmanager = await start();
    const of = (signal: string) => ({ labels: labels('HighErrorRate', 'high', { signal }), annotations });
    await alertmanager.send([of('http'), of('sagas')]);
    await vi.waitFor(() => expect(bodyOf('/slack')).toContain('[2 firing] HighErrorRate of shop (high)'), 60_000);
    await alertmanager.send([of('http'), { ...of('sagas'), isResolved: true }]);
    await vi.waitFor(() => expect(bodyOf('/slack')).toContain('[1 firing] [1 resolved] HighErrorRate of shop'), 60_000);
    await alertmanager.send([{ ...of('http'), isResolved: true }]);
    await vi.waitFor(() => {
      expect(bodyOf('/slack')).toContain('"title":"[resolved] HighErrorRate of shop (high)"');
      expect(decoded(mail.messages.at(-1) ?? '')).toContain('Resolved: 1');
    }, 60_000);
    expect(bodyOf('/slack')).toContain('"color":"good"');
  });

  test('again after the time to repeat', async () => {
    const alertmanager = await start(exampleFacts(), '1s');
    await alertmanager.send([{ labels: labels('DiskFull', 'warning'), annotations }]);
    await vi.waitFor(() => expect(received.filter(({ to }) => to === '/webhook').length).toBeGreaterThan(1), 60_000);
  });
});

describe.skipIf(!hasAlertmanager)('Alertmanager silences', () => {
  const suppressed = async (alertmanager: Alertmanager): Promise<string[]> =>
    (await alertmanager.alerts())
      .filter(({ isSuppressed }) => isSuppressed)
      .map(({ labels: of }) => [of['alertname'], of['instance'], of['signal']].filter(Boolean).join(' '))
      .sort();

  const all = [
    labels('SystemDown', 'critical', { instance: 'shop-1:9464' }),
    labels('HighErrorRate', 'high', { signal: 'http' }),
    labels('HighMemoryUsage', 'warning', { instance: 'shop-1:9464' }),
    labels('HighMemoryUsage', 'warning', { instance: 'shop-2:9464' }),
    { ...labels('HighErrorRate', 'high', { signal: 'http' }), service: 'other' },
  ].map((each) => ({ labels: each, annotations }));

  test('everything of a service whose only instance is down', async () => {
    const alertmanager = await start();
    await alertmanager.send(all);
    await vi.waitFor(
      async () =>
        expect(await suppressed(alertmanager)).toEqual([
          'HighErrorRate http',
          'HighMemoryUsage shop-1:9464',
          'HighMemoryUsage shop-2:9464',
        ]),
      60_000,
    );
  });

  test('only the instance that is down, of several', async () => {
    const target = { ...exampleFacts().target, addresses: ['shop-1:9464', 'shop-2:9464'] };
    const alertmanager = await start(exampleFacts({ target }));
    await alertmanager.send(all);
    await vi.waitFor(
      async () => expect(await suppressed(alertmanager)).toEqual(['HighMemoryUsage shop-1:9464']),
      60_000,
    );
  });

  test('what a database that is down explains, and the lower severity of the same alert', async () => {
    const alertmanager = await start();
    await alertmanager.send(
      [
        labels('DatabaseDown', 'critical'),
        labels('DatabaseConnections', 'warning'),
        labels('HighErrorRate', 'high', { signal: 'database' }),
        labels('HighErrorRate', 'high', { signal: 'http' }),
        labels('HighErrorRate', 'warning', { signal: 'http' }),
        labels('HighErrorRate', 'warning', { signal: 'sagas' }),
      ].map((each) => ({ labels: each })),
    );
    await vi.waitFor(
      async () =>
        expect(await suppressed(alertmanager)).toEqual([
          'DatabaseConnections',
          'HighErrorRate database',
          'HighErrorRate http',
        ]),
      60_000,
    );
  });
});

describe.skipIf(!hasAmtool)('amtool', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-amtool-'));
    return () => rmSync(folder, { recursive: true });
  });

  function write(facts: Facts): string {
    for (const { path, text } of alertmanagerFiles(facts)) {
      mkdirSync(dirname(join(folder, at(path))), { recursive: true });
      writeFileSync(join(folder, at(path)), text);
    }
    return join(folder, 'alertmanager.yml');
  }

  test.each([
    ['of everything', exampleFacts()],
    [
      'of nothing but a group of people who read the page',
      exampleFacts({ notify: { email: undefined, slack: undefined, hasPagerduty: false, webhookUrl: undefined } }),
    ],
    [
      'with a mail server that asks for a password',
      exampleFacts({
        notify: {
          ...exampleFacts().notify,
          email: { to: 'a@b.example', from: 'c@b.example', smarthost: 'm:587', username: 'u', requiresTls: true },
        },
      }),
    ],
  ])('accepts the configuration %s', (_what, facts) => {
    expect(execFileSync('amtool', ['check-config', write(facts)], { encoding: 'utf8' })).toContain('SUCCESS');
  });

  test.each([
    ['critical', 'critical'],
    ['high', 'high'],
    ['warning', 'warning'],
    ['medium', 'warning'],
    ['none', 'default'],
  ])('routes severity %s to %s', (severity, receiver) => {
    const args = ['config', 'routes', 'test', `--config.file=${write(exampleFacts())}`, `severity=${severity}`];
    expect(execFileSync('amtool', args, { encoding: 'utf8' }).trim()).toBe(receiver);
  });
});

/** A message without its transfer encoding. */
function decoded(message: string): string {
  return message
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/(=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8'));
}

import { isLoopback, isRecord } from '@sightline/base';
import type { Facts } from '../model/facts.js';
import { askJson, below, listIn, shown, textsOf, UnreachableError } from './ask.js';
import { type Check, type Finding, failed, ok, skipped, warning } from './check.js';
import { type DoctorOptions, peerOf } from './doctor-options.js';
import type { Peer } from './peers.js';

/** Whether Prometheus scrapes the service, has its rules, and reaches Alertmanager. */
export function prometheusChecks(options: DoctorOptions, alertNames: readonly string[]): Check[] {
  const { facts } = options;
  const prometheus = peerOf(options, 'prometheus');
  const alertmanager = peerOf(options, 'alertmanager');
  const orSkipped = (run: (peer: Peer, signal: AbortSignal) => Promise<Finding>) => async (signal: AbortSignal) =>
    prometheus === undefined ? skipped('Give its address: --prometheus <url>.') : run(prometheus, signal).catch(gone);
  return [
    { name: 'scrape', run: orSkipped((peer, signal) => scrape(peer, options, signal)) },
    { name: 'rules', run: orSkipped((peer, signal) => rules(peer, alertNames, signal)) },
    { name: 'alerts', run: orSkipped((peer, signal) => firing(peer, facts, signal)) },
    {
      name: 'alertmanager',
      run: async (signal) =>
        alertmanager === undefined && prometheus === undefined
          ? skipped('Give its address: --alertmanager <url>.')
          : await alerting(prometheus, alertmanager, signal).catch(gone),
    },
  ];
}

function gone(error: unknown): Finding {
  if (!(error instanceof UnreachableError)) throw error;
  return failed(error.message, error.remedy ?? 'Look whether it runs and whether the address is right.');
}

interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
  readonly lastScrape: string;
  readonly scrapeInterval: string;
}

/** The active targets, and Prometheus' time, by which theirs are. */
async function targetsOf(peer: Peer, signal: AbortSignal): Promise<{ active: Target[]; timeMs: number }> {
  const answer = await askJson(below(peer, '/api/v1/targets', { state: 'active' }), { signal });
  const active = listIn(answer, 'data', 'activeTargets').map((given) => {
    const {
      scrapeUrl = '',
      health = 'unknown',
      lastError = '',
      lastScrape = '',
      scrapeInterval = '1m',
    } = textsOf(given);
    return { labels: textsOf(given['labels']), scrapeUrl, health, lastError, lastScrape, scrapeInterval };
  });
  return { active, timeMs: answer.timeMs };
}

async function scrape(peer: Peer, { facts, page }: DoctorOptions, signal: AbortSignal): Promise<Finding> {
  const { active, timeMs } = await targetsOf(peer, signal);
  const isOurs = ({ labels, scrapeUrl }: Target): boolean =>
    facts === undefined ? page !== undefined && placeOf(scrapeUrl) === placeOf(page) : labels['job'] === facts.job;
  const targets = active.filter(isOurs);
  if (targets.length === 0) {
    const what = facts === undefined ? `the page ${page ?? '(give it by --page)'}` : `a target with job="${facts.job}"`;
    const jobs = [...new Set(active.map(({ labels }) => labels['job']))].join(', ');
    return failed(
      `Prometheus does not scrape ${what}. Its jobs: ${jobs || 'none'}.`,
      'Add the service to scrape_configs (prometheus/prometheus.yml), or a ServiceMonitor, and reload Prometheus.',
    );
  }
  const down = targets.filter(({ health }) => health === 'down');
  if (down.length > 0) {
    return failed(
      down.map(({ scrapeUrl, lastError, health }) => `${scrapeUrl} is ${health}: ${lastError}`).join('\n'),
      'Look whether Prometheus reaches that address: host, port, firewall, token.',
    );
  }
  const fresh = targets.filter(({ health }) => health !== 'up');
  if (fresh.length > 0) {
    return warning(
      `Not scraped yet: ${fresh.map(({ scrapeUrl }) => scrapeUrl).join(', ')}`,
      'Ask again after a scrape interval.',
    );
  }
  const ageOf = (time: string): number => Math.max(0, (timeMs - Date.parse(time)) / 1000);
  const late = targets.filter(({ lastScrape, scrapeInterval }) => ageOf(lastScrape) > 3 * secondsOf(scrapeInterval));
  const seen = targets
    .map(({ scrapeUrl, lastScrape }) => `${scrapeUrl}, ${Math.round(ageOf(lastScrape))} s ago`)
    .join('\n');
  return late.length > 0 ? warning(`Late: ${seen}`, 'Look whether Prometheus is overloaded.') : ok(`Scraped: ${seen}`);
}

/** An address without credentials and however it is written; this machine has several names. */
function placeOf(address: string): string {
  if (!URL.canParse(address)) return address;
  const { protocol, hostname, port, pathname, search } = new URL(address);
  return [protocol, isLoopback(hostname) ? 'localhost' : hostname, port, pathname, search].join(' ');
}

/** Prometheus' durations, such as `1m30s`. */
function secondsOf(duration: string): number {
  const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
  return [...duration.matchAll(/(\d+)(ms|[smhd])/g)].reduce(
    (sum, [, n, unit = 's']) => sum + Number(n) * (units[unit] ?? 0),
    0,
  );
}

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError: string;
  readonly alerts: ReadonlyArray<{ readonly state: string; readonly labels: Readonly<Record<string, string>> }>;
}

async function rulesOf(peer: Peer, signal: AbortSignal): Promise<Rule[]> {
  const answer = await askJson(below(peer, '/api/v1/rules'), { signal });
  const within = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : []);
  return listIn(answer, 'data', 'groups').flatMap(({ rules: loaded }) =>
    within(loaded).map((given) => {
      const { name = '', health = '', lastError = 'failed' } = textsOf(given);
      const alerts = within(given['alerts']).map((alert) => {
        const { state = '' } = textsOf(alert);
        return { state, labels: textsOf(alert['labels']) };
      });
      return { name, health, lastError, alerts };
    }),
  );
}

async function rules(peer: Peer, expected: readonly string[], signal: AbortSignal): Promise<Finding> {
  const loaded = await rulesOf(peer, signal);
  const names = new Set(loaded.map(({ name }) => name));
  const missing = expected.filter((name) => !names.has(name));
  if (missing.length > 0) {
    return failed(
      `Not loaded: ${missing.join(', ')}.`,
      'Put prometheus/rules.yml into rule_files of Prometheus and reload it; run sightline ops generate if it is old.',
    );
  }
  const broken = loaded.filter(({ health }) => health === 'err');
  if (broken.length > 0) {
    return failed(
      broken.map(({ name, lastError }) => `${name}: ${lastError}`).join('\n'),
      'Look at Prometheus’ page /rules; the expression does not fit the metrics that are there.',
    );
  }
  return loaded.length === 0
    ? warning('Prometheus has no rules.', 'Generate some: sightline ops generate.')
    : ok(`${loaded.length} rules are loaded and healthy.`);
}

/** What fires now is what the person at the keyboard came for. */
async function firing(peer: Peer, facts: Facts | undefined, signal: AbortSignal): Promise<Finding> {
  const alerts = (await rulesOf(peer, signal)).flatMap(({ name, alerts: active }) =>
    active
      .filter(({ state, labels }) => state === 'firing' && (facts === undefined || labels['service'] === facts.service))
      .map(({ labels }) => `${name} (${labels['severity'] ?? 'no severity'})`),
  );
  return alerts.length === 0
    ? ok('No alert fires.')
    : warning(`Firing: ${[...new Set(alerts)].join(', ')}.`, 'Read the runbook of the most severe one: ops/runbooks.');
}

async function alerting(
  prometheus: Peer | undefined,
  alertmanager: Peer | undefined,
  signal: AbortSignal,
): Promise<Finding> {
  const seen: string[] = [];
  if (alertmanager !== undefined) {
    const { value } = await askJson(below(alertmanager, '/api/v2/status'), { signal });
    const { version } = textsOf(isRecord(value) ? value['versionInfo'] : undefined);
    if (version === undefined)
      throw new UnreachableError(`${shown(alertmanager.address)} is no Alertmanager: it says no version.`);
    seen.push(`Alertmanager ${version} answers.`);
  }
  if (prometheus !== undefined) {
    const answer = await askJson(below(prometheus, '/api/v1/alertmanagers'), { signal });
    const urls = listIn(answer, 'data', 'activeAlertmanagers').map((each) => textsOf(each)['url'] ?? '');
    if (urls.length === 0) {
      return failed(
        'Prometheus sends its alerts nowhere.',
        'Add an Alertmanager to its configuration: alerting.alertmanagers.',
      );
    }
    seen.push(`Prometheus sends alerts to ${urls.join(', ')}.`);
  }
  return ok(seen.join(' '));
}

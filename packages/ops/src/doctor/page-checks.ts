import { didYouMean } from '@sightline/base';
import { PageError, type PageFamily, parsePageInSlices } from '../exposition/parse-page.js';
import type { PageFormat } from '../exposition/parse-sample.js';
import type { Facts } from '../model/facts.js';
import { hasLabels } from '../promql/selectors.js';
import { type Answered, ask, shown, UnreachableError } from './ask.js';
import { type Check, type Finding, failed, ok, skipped, warning } from './check.js';
import { type DoctorOptions, peerOf } from './doctor-options.js';
import { proxyHint, statusRemedy } from './peer-remedies.js';
import { excerpt, type Peer } from './peers.js';

/** Checks of the service's page, which is asked for once. */
export function pageChecks(options: DoctorOptions): Check[] {
  const { name, address, headers } = peerOf(options, 'page');
  const ofToken = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  const peer = { name, address, headers: { ...headers, ...ofToken } };
  let asked: Promise<Page> | undefined;
  const page = async (signal: AbortSignal): Promise<Page> => {
    if (/[^\x21-\x7e]/.test(options.token ?? ''))
      throw new UnreachableError('The token has blanks or line breaks in it.');
    asked ??= ask(peer, { signal, accept: 'text/plain;version=0.0.4' }).then((answer) => readPage(answer, signal));
    return asked;
  };
  /** The families, or why a check of them is skipped. */
  const families = (check: (families: readonly PageFamily[]) => Finding) => async (signal: AbortSignal) => {
    const { families: found } = await page(signal).catch(() => ({ families: undefined }));
    return found === undefined ? skipped('There is no page to look at.') : check(found);
  };
  return [
    { name: 'page', run: async (signal) => reachable(await page(signal).catch(unreachable(address)), peer) },
    { name: 'ready', run: (signal) => ready(peer, signal) },
    { name: 'metrics', run: families((found) => declared(found, options.facts)) },
    { name: 'cardinality', run: families(cardinality) },
    { name: 'losses', run: families(losses) },
    { name: 'queues', run: families((found) => queues(found, options.facts)) },
    { name: 'clock', run: async (signal) => clock(await page(signal).catch(() => undefined)) },
  ];
}

interface Page {
  readonly answer: Answered;
  readonly families: readonly PageFamily[] | undefined;
  readonly problem?: string;
}

async function readPage(answer: Answered, signal: AbortSignal): Promise<Page> {
  if (answer.status !== 200) return { answer, families: undefined };
  const problem = encodingProblem(answer);
  if (problem !== undefined) return { answer, families: undefined, problem };
  try {
    return { answer, families: await parsePageInSlices(answer.text, formatOf(answer), signal) };
  } catch (error) {
    if (error instanceof PageError) return { answer, families: undefined, problem: error.message };
    const mib = Math.ceil(answer.text.length / 1024 ** 2);
    throw new UnreachableError(
      `${answer.address}: its ${mib} MiB could not be read in time`,
      'Look for metrics with many series, or give more time: --timeout-ms.',
    );
  }
}

/** Of the bytes: Prometheus unpacks gzip and refuses labels that are no UTF-8. */
function encodingProblem({ header, isUtf8 }: Answered): string | undefined {
  const encoding = header('content-encoding') ?? 'identity';
  if (!/^(gzip|identity)$/i.test(encoding)) return `Its content encoding is ${encoding}, and gzip was asked for.`;
  return isUtf8 ? undefined : 'It is no UTF-8.';
}

function formatOf(answer: Answered): PageFormat {
  return mediaTypeOf(answer) === 'application/openmetrics-text' ? 'openmetrics' : 'text';
}

function mediaTypeOf({ header }: Answered): string {
  return header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

function unreachable(address: string): (error: unknown) => Finding {
  return (error) => {
    const { message, remedy } =
      error instanceof UnreachableError ? error : { message: `${shown(address)}: ${String(error)}`, remedy: undefined };
    return failed(
      message,
      remedy ?? 'Start the service with METRICS_BACKEND=prometheus, or say where its page is: --page <url>.',
    );
  };
}

const WHERE = 'Say where the page is: --page <url>. The SDK’s is at METRICS_PORT (9464) and /metrics.';

function reachable(page: Page | Finding, peer: Peer): Finding {
  if (!('answer' in page)) return page;
  const { answer, families, problem } = page;
  if (answer.status !== 200) return otherStatus(answer, peer);
  if (families === undefined) {
    const isHtml = mediaTypeOf(answer) === 'text/html' || /^\s*<(!doctype|html)/i.test(answer.text);
    return failed(
      `${answer.address} is no page that Prometheus would take. ${problem}`,
      isHtml ? `HTML is for people. ${WHERE}` : 'Look which library wrote it.',
    );
  }
  if (families.length === 0) {
    return warning(`${answer.address} has no metrics.`, 'Look whether they are switched off: ENABLE_METRICS.');
  }
  const series = families.reduce((sum, { samples }) => sum + samples.length, 0);
  const seen = `${answer.address}: ${families.length} metrics, ${series} samples, ${Math.round(answer.durationMs)} ms.`;
  if (!scrapedTypes.includes(mediaTypeOf(answer))) {
    return warning(
      `${seen} Prometheus 3 refuses its content type: ${mediaTypeOf(answer) || 'none'}.`,
      'Send Content-Type: text/plain; version=0.0.4, or set fallback_scrape_protocol in Prometheus.',
    );
  }
  return answer.durationMs > 5000
    ? warning(seen, 'Prometheus gives up after 10 s: look for slow collect callbacks and for metrics with many series.')
    : ok(seen);
}

const scrapedTypes = ['text/plain', 'application/openmetrics-text', 'application/vnd.google.protobuf'];

function otherStatus({ address, status, text }: Answered, peer: Peer): Finding {
  const seen = `${address} answered ${status}: ${excerpt(text, peer, 100)}`;
  if (status === 401 || status === 403) {
    return failed(
      seen,
      Object.keys(peer.headers).length === 0
        ? 'Give the page’s token: --token, or SIGHTLINE_DOCTOR_PAGE_TOKEN. A user and a password belong into its address.'
        : 'It does not take this token: compare it with the service’s.',
    );
  }
  if (status === 429 || status >= 500) {
    return failed(
      seen,
      `Look at the service’s log: its page failed, or too many ask for it at once.${proxyHint(peer.address)}`,
    );
  }
  return failed(seen, status === 407 ? (statusRemedy(status, text, peer) ?? WHERE) : WHERE);
}

/** Asks beside the page, then at the root. */
async function ready(page: Peer, signal: AbortSignal): Promise<Finding> {
  try {
    for (const path of new Set(['readyz', '/readyz'].map((each) => new URL(each, page.address).pathname))) {
      const url = new URL(path, page.address);
      url.search = '?verbose=';
      const answer = await ask({ ...page, address: url.href }, { signal });
      const { status, text } = answer;
      if (status === 404) continue;
      if (status >= 200 && status < 300 && mediaTypeOf(answer) !== 'text/html') return ok('The service is ready.');
      if (status < 500) return skipped(`${answer.address} does not say it: it answered ${status}.`);
      return failed(
        `${path} answered ${status}: ${excerpt(text, page, 500)}`,
        'Look at the check that failed; the service gets no requests meanwhile.',
      );
    }
    return skipped('There is no /readyz at the page’s address.');
  } catch (error) {
    return skipped((error as Error).message);
  }
}

/** The metrics of the service's own code are on its page. */
function declared(families: readonly PageFamily[], facts: Facts | undefined): Finding {
  if (facts === undefined) return skipped('There is no definition (ops.config.js) to compare with.');
  const own = facts.catalogue.metrics.filter(({ source }) => source === 'service');
  const there = new Set(families.flatMap(({ name, samples }) => [name, ...samples.map((sample) => sample.name)]));
  const missing = own.filter(({ name }) => !there.has(name) && !there.has(name.replace(/_(total|info)$/, '')));
  if (missing.length === 0) return ok(`All ${own.length} metrics of the service are on its page.`);
  const names = missing.map(({ name }) => `${name}${didYouMean(name, there)}`);
  return failed(
    `Not on the page: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}.`,
    'Deploy the version that declares them, or change the definition and run: sightline ops generate.',
  );
}

function cardinality(families: readonly PageFamily[]): Finding {
  if (families.length === 0) return skipped('The page has no metrics.');
  const counts = families
    .map(({ name, type, samples }) => ({ name, series: seriesOf(type, samples) }))
    .sort((a, b) => b.series - a.series);
  const overflowed = families.filter(({ samples }) =>
    samples.some(({ labels }) => [...labels.values()].includes('__overflow__')),
  );
  const largest = counts
    .slice(0, 3)
    .map(({ name, series }) => `${name} ${series}`)
    .join(', ');
  if (overflowed.length > 0) {
    return failed(
      `Beyond their limit of series: ${overflowed.map(({ name }) => name).join(', ')}. Largest: ${largest}.`,
      'A label has too many values, such as ids or paths: put them on spans and log lines instead.',
    );
  }
  const first = counts[0]?.series ?? 0;
  return first > 1000
    ? warning(`Series of the largest metrics: ${largest}.`, 'Look whether each label of them is needed.')
    : ok(`Series of the largest metrics: ${largest}.`);
}

function seriesOf(type: PageFamily['type'], samples: PageFamily['samples']): number {
  if (type !== 'histogram' && type !== 'summary') return samples.length;
  return samples.filter(({ name }) => name.endsWith('_count')).length;
}

/** What Sightline counts when it loses something. */
function losses(families: readonly PageFamily[]): Finding {
  const lost = families.flatMap(({ samples }) =>
    samples.filter((sample) => isLoss(sample) && sample.value > 0).map((sample) => `${textOf(sample)} ${sample.value}`),
  );
  if (lost.length === 0) return ok('Nothing was lost since the service started.');
  return warning(
    `Since the service started: ${lost.slice(0, 10).join('; ')}${lost.length > 10 ? ` and ${lost.length - 10} more` : ''}.`,
    'The guide "Operations" says what each of these means; the service’s log has one line for each kind.',
  );
}

function isLoss({ name, labels }: PageFamily['samples'][number]): boolean {
  if (name === 'log_dropped_total') return /^(destination|sink|unwritable|alert)$/.test(labels.get('reason') ?? '');
  return /^sightline_(.*_(lost|dropped|refused|unaccepted_points|failures|left_out|lost_values)|dropped|mislabelled|overflowed|collect_failures)_total$/.test(
    name,
  );
}

function textOf({ name, labels }: PageFamily['samples'][number]): string {
  const text = [...labels].map(([label, value]) => `${label}="${value}"`).join(',');
  return text === '' ? name : `${name}{${text}}`;
}

/** The service's own queues, by its definition. */
function queues(families: readonly PageFamily[], facts: Facts | undefined): Finding {
  if (facts === undefined || facts.queues.length === 0) return skipped('The definition has no queues.');
  const samples = families.flatMap((family) => family.samples);
  const found = facts.queues.map(({ selector, limit }) => {
    const largest = samples
      .filter(
        ({ name, labels, value }) => name === selector.metric && value > 0 && hasLabels(labels, selector.matchers),
      )
      .reduce((most, { value }) => Math.max(most, value), 0);
    return { name: selector.metric, largest, limit };
  });
  const text = found.map(({ name, largest, limit }) => `${name} ${largest} of ${limit}`).join(', ');
  return found.some(({ largest, limit }) => largest > limit)
    ? failed(text, 'What works the queue off is too slow or stands still: look at its errors and durations.')
    : ok(text);
}

function clock(page: Page | undefined): Finding {
  const date = Date.parse(page?.answer.header('date') ?? '');
  if (page === undefined || Number.isNaN(date)) return skipped('The service told no time.');
  const skewSeconds = Math.round((date - page.answer.receivedAtMs) / 1000);
  return Math.abs(skewSeconds) > 5
    ? warning(
        `The service’s clock differs from this machine’s by ${skewSeconds} s.`,
        'Synchronise both clocks (NTP): traces and lines of several machines would not fit together.',
      )
    : ok('The service’s clock agrees with this machine’s.');
}

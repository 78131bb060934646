import { hostname } from 'node:os';
import { messageOf, unrefClock, withDeadline } from '@sightline/base';
import { maskedConfiguration } from '@sightline/base/secrets';
import type { HealthAnswer, HolderRow, OwnPageAnswer } from '../model/answers.js';
import { ApiError } from '../model/api.js';
import type { LiveHost } from '../model/host.js';
import { packageVersion } from '../package-version.js';
import type { EmbeddedOptions } from './embedded.js';
import { ownPageAnswer } from './own-page-answer.js';
import { Profiles } from './profiles.js';
import { heapSpaces } from './runtime/heap-holders.js';
import { processQueues } from './runtime/process-queues.js';
import { runtimeFacts } from './runtime/runtime-facts.js';

/** What the page shows of its own process. */
export function embeddedHost(given: EmbeddedOptions, bootId: string): LiveHost {
  const { service, options, pages, clock, log } = given;
  const { name, version = '', environment = '' } = service;
  const instance = String(given.resource['service.instance.id'] ?? '') || null;
  const startedMs = Math.round(performance.timeOrigin);
  const profiles = new Profiles({ isAllowed: options.allowsProfiles, clock, log });
  const health = remembered(given, CHECKS_MS);
  return {
    about: () => ({
      kind: 'embedded',
      version: packageVersion,
      bootId,
      startedMs,
      nowMs: clock.now(),
      service: { name, version, environment },
      process: { pid: process.pid, node: process.version, host: hostname() },
      receives: null,
      canProfile: options.allowsProfiles,
      hasSessions: false,
      pages: [...pages].map(([id, { title }]) => ({ id, title })),
    }),
    health,
    losses: () => given.losses(),
    settings: () => given.settings(),
    runtime: () => ({
      processes: [runtimeFacts(name, instance, startedMs)],
      heapHolders: (profiles.holders.length > 0 ? profiles.holders : heapSpaces()).slice(0, MAX_HOLDERS),
      queues: largest([...given.queues(), ...processQueues()]).slice(0, MAX_HOLDERS),
    }),
    page: pageReader(given),
    profiles: () => profiles.answer(),
    startProfile: (kind) => profiles.start(kind),
    profileFile: (id) => profiles.file(id),
  };
}

/** Checks ask databases and other services: a page that is looked at must not ask them each second. */
const CHECKS_MS = 5000;
const MAX_HOLDERS = 10;
const PAGE_MS = 5000;
const MAX_TEXT = 1000;

function remembered({ health, clock }: EmbeddedOptions, forMs: number): () => HealthAnswer | Promise<HealthAnswer> {
  let known: { readonly answer: HealthAnswer; readonly atMs: number } | undefined;
  let pending: Promise<HealthAnswer> | undefined;
  return () => {
    if (known !== undefined && clock.monotonicMs() - known.atMs < forMs) return known.answer;
    pending ??= health()
      .then((answer) => {
        known = { answer, atMs: clock.monotonicMs() };
        return answer;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };
}

function largest(rows: readonly HolderRow[]): readonly HolderRow[] {
  return [...rows].sort((a, b) => (b.bytes ?? b.items ?? 0) - (a.bytes ?? a.items ?? 0));
}

/** Reads pages: one call of a page's function at a time for all viewers, also if it takes longer than the page waits. */
function pageReader({ pages, clock }: EmbeddedOptions): LiveHost['page'] {
  const pending = new Map<object, Promise<OwnPageAnswer>>();
  return (id) => {
    const page = pages.get(id);
    if (page === undefined) return undefined;
    let answer = pending.get(page);
    if (answer === undefined) {
      answer = readPage(page).finally(() => pending.delete(page));
      pending.set(page, answer);
    }
    return withDeadline(answer, PAGE_MS, `[live] The function of page "${page.title}"`, unrefClock(clock));
  };
}

async function readPage({ title, read }: OwnPage): Promise<OwnPageAnswer> {
  try {
    return ownPageAnswer(title, await read());
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(422, `The function of page "${title}" failed: ${shortText(error)}`);
  }
}

function shortText(error: unknown): string {
  return maskedConfiguration(messageOf(error).slice(0, MAX_TEXT));
}

type OwnPage = EmbeddedOptions['pages'] extends ReadonlyMap<string, infer Page> ? Page : never;

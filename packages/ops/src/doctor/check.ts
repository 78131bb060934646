import { messageOf } from '@sightline/base';
import { secrecyOf, withoutTextSecrets } from '@sightline/base/secrets';
import { withoutThese } from './peers.js';

/** What a check found. */
export interface Finding {
  /** `skipped`: it was not asked for, or needs what another check did not find. Only `failed` makes the doctor fail. */
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** One or a few lines of what was seen, without secrets. */
  readonly detail: string;
  /** What to do; one line. Of warnings and failures. */
  readonly remedy?: string | undefined;
}

export interface CheckResult extends Finding {
  /** `page`, `scrape`, `trace` …: stable, for programs that read the report. */
  readonly check: string;
  readonly durationMs: number;
}

/** A check, which ends within its time whatever its peer does. */
export interface Check {
  readonly name: string;
  run(signal: AbortSignal): Promise<Finding>;
}

export const ok = (detail: string): Finding => ({ status: 'ok', detail });
export const warning = (detail: string, remedy: string): Finding => ({ status: 'warning', detail, remedy });
export const failed = (detail: string, remedy: string): Finding => ({ status: 'failed', detail, remedy });
export const skipped = (detail: string): Finding => ({ status: 'skipped', detail });

/**
 * Runs a check. Never rejects: one that throws or takes too long has failed.
 * @param secrets are not shown, whatever the check says
 */
export async function resultOf(
  { name, run }: Check,
  timeoutMs: number,
  secrets: readonly string[] = [],
): Promise<CheckResult> {
  const start = performance.now();
  const finding = await settled(run, timeoutMs);
  return {
    check: name,
    ...finding,
    detail: shownText(finding.detail, secrets),
    ...(finding.remedy === undefined ? {} : { remedy: shownText(finding.remedy, secrets) }),
    durationMs: Math.round(performance.now() - start),
  };
}

async function settled(run: Check['run'], timeoutMs: number): Promise<Finding> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    const giveUp = (): void =>
      resolve(
        failed(`It took longer than ${timeoutMs} ms.`, 'Look whether its peer hangs, or give more time: --timeout-ms.'),
      );
    timer = setTimeout(() => {
      controller.abort();
      timer = setTimeout(giveUp, GRACE_MS);
    }, timeoutMs);
  });
  try {
    return await Promise.race([run(controller.signal), late]);
  } catch (error) {
    return failed(messageOf(error), 'This is not expected. Please report it with the output of --json.');
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** For the check to say which of its peers did not answer. */
const GRACE_MS = 50;

export function withoutSecrets(text: string): string {
  return withoutTextSecrets(text, '[redacted]', (name) => secrecyOf(name) !== false);
}

/** Peers and log files choose what stands in a text: what would move a terminal's cursor, colour it or turn its direction is replaced. */
function shownText(text: string, secrets: readonly string[]): string {
  return withoutSecrets(withoutThese(boundedText(text), secrets))
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(/(?!\n)[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '\uFFFD')
    .slice(0, MAX_TEXT);
}

/** Looking for secrets in 25 MB, as a peer may answer, takes seconds in which no other check goes on. A word that is cut may be half a secret. */
function boundedText(text: string): string {
  if (text.length <= MAX_READ) return text;
  const cut = text.slice(0, MAX_READ);
  return `${cut.slice(0, Math.max(MAX_TEXT, cut.lastIndexOf(' ')))}…`;
}

const MAX_TEXT = 4000;
const MAX_READ = 20_000;

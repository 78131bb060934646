import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { messageOf } from '@sightline/base';
import { basicAuthorization } from '@sightline/base/client';
import { maskedConfiguration } from '@sightline/base/secrets';
import type { DeadlineOptions, MetricsSnapshot } from '@sightline/core/backend';
import { type ResolvedOf, resolveFields } from '@sightline/settings/fields';
import { textExposition } from './exposition-format.js';
import { expositionStream } from './exposition-stream.js';
import { type PushGatewayOptions, pushGatewayFields } from './options.js';
import { groupPath } from './push-group.js';
import { type PushRequest, sendPush } from './push-request.js';

/** A group of metrics at a Prometheus Pushgateway. */
export interface PushGateway {
  readonly intervalMs: number;
  readonly deletesOnShutdown: boolean;
  /** Sends the metrics as text 0.0.4, without timestamps. Rejects with a `PushError` unless the gateway accepts them. */
  push(snapshot: MetricsSnapshot, deadline: DeadlineOptions): Promise<void>;
  /** Removes the group. Rejects like `push`. */
  delete(deadline: DeadlineOptions): Promise<void>;
}

/** A push that the gateway did not accept. */
export class PushError extends Error {
  override readonly name: string = 'PushError';
  /** The status of the answer; `undefined` if there was none. */
  readonly status: number | undefined;

  constructor(message: string, status?: number, cause?: unknown) {
    super(`[backend-prometheus] ${message}`, cause === undefined ? undefined : { cause });
    this.status = status;
  }
}

/** Throws for wrong options. */
export function pushGateway(options: PushGatewayOptions): PushGateway {
  const inside = 'pushGateway';
  const resolved = resolveFields('backend-prometheus', pushGatewayFields, options, inside, `${inside}.`);
  const { method, intervalMs, gzip } = resolved;
  const group = groupOf(resolved);

  return {
    intervalMs,
    deletesOnShutdown: resolved.deleteOnShutdown,
    push(snapshot, deadline) {
      const page = expositionStream(snapshot.families, {
        format: 'text',
        createdTimestamps: false,
        monotonicMs: () => performance.now(),
      });
      const headers = { 'Content-Type': textExposition.contentType, ...(gzip ? { 'Content-Encoding': 'gzip' } : {}) };
      return exchange(group, method, headers, deadline, async (body, signal) => {
        if (gzip) await pipeline(page, createGzip({ level: constants.Z_BEST_SPEED }), body, { signal });
        else await pipeline(page, body, { signal });
      });
    },
    delete: (deadline) => exchange(group, 'DELETE', {}, deadline, async (body) => void body.end()),
  };
}

interface Group {
  readonly url: URL;
  /** Without credentials. */
  readonly shownUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

function groupOf({ url: text, jobName, groupings, headers }: ResolvedOf<typeof pushGatewayFields>): Group {
  const url = new URL(text);
  const authorization = basicAuthorization(url);
  url.username = '';
  url.password = '';
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/metrics/${groupPath(jobName, groupings)}`;
  return {
    url,
    shownUrl: maskedConfiguration(url.href),
    headers: { ...(authorization && { Authorization: authorization }), ...headers },
  };
}

async function exchange(
  { url, shownUrl, headers }: Group,
  method: string,
  moreHeaders: Readonly<Record<string, string>>,
  { timeoutMs }: DeadlineOptions,
  writeBody: PushRequest['writeBody'],
): Promise<void> {
  try {
    const all = { ...headers, ...moreHeaders };
    const { status, contentType, text } = await sendPush({ url, method, headers: all, timeoutMs, writeBody });
    const isSuccess = status >= 200 && status < 300;
    // Another server: the gateway answers a push without a body.
    const isPage = /^\s*text\/html\b/i.test(contentType);
    if (isSuccess && !isPage) return;
    const what = isSuccess ? `${status} with an HTML page, so this is not a Pushgateway` : status;
    throw new PushError(`${method} ${shownUrl} was answered ${what}${text === '' ? '' : `: ${text}`}`, status);
  } catch (error) {
    if (error instanceof PushError) throw error;
    throw new PushError(`${method} ${shownUrl} failed: ${reasonOf(error)}`, undefined, error);
  }
}

function reasonOf(error: unknown): string {
  const failures = error instanceof AggregateError ? error.errors : [error];
  return failures.map((failure) => messageOf(failure)).join('; ');
}

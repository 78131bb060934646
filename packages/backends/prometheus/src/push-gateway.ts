import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { messageOf } from '@sightline/base';
import { basicAuthorization } from '@sightline/base/client';
import { maskedConfiguration, quotedSetting } from '@sightline/base/secrets';
import type { DeadlineOptions, MetricsSnapshot } from '@sightline/core/backend';
import { textExposition } from './exposition-format.js';
import { expositionStream } from './exposition-stream.js';
import { groupPath } from './push-group.js';
import { type PushRequest, sendPush } from './push-request.js';

export interface PushGatewayOptions {
  /** Address of the gateway, such as `http://localhost:9091`; a path before `/metrics` is kept, credentials become basic authentication. */
  url: string;
  /** The `job` label of the group. */
  jobName: string;
  /** Further labels of the group: they replace labels of the same name on every series. */
  groupings?: Readonly<Record<string, string>> | undefined;
  /** `PUT` replaces everything in the group, `POST` only metrics of the same names. Default `PUT`. */
  method?: 'PUT' | 'POST' | undefined;
  /** Time between two pushes, in milliseconds. Default: 15 000. */
  intervalMs?: number | undefined;
  /** Remove the group at shutdown instead of keeping the last values. Default: false, for batch jobs. */
  deleteOnShutdown?: boolean | undefined;
  /** Compress requests. Default: true. */
  gzip?: boolean | undefined;
  /** Further request headers, such as `Authorization`. */
  headers?: Readonly<Record<string, string>> | undefined;
}

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
  const { method = 'PUT', intervalMs = 15_000, gzip = true } = options;
  if (!(intervalMs > 0)) {
    throw new TypeError(`[backend-prometheus] pushGateway.intervalMs is ${intervalMs}: give milliseconds above 0.`);
  }
  const group = groupOf(options);

  return {
    intervalMs,
    deletesOnShutdown: options.deleteOnShutdown ?? false,
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

function groupOf({ url: text, jobName, groupings = {}, headers = {} }: PushGatewayOptions): Group {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      `[backend-prometheus] pushGateway.url is ${quotedSetting('url', text)}: give an http:// or https:// address.`,
    );
  }
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

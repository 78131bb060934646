import { messageOf } from '@sightline/base';
/** Sends encoded requests, one at a time. */
export interface Transport<Body = Uint8Array> {
  /** Sends a request. Never rejects, and settles soon after `timeoutMs`. The answer says whether the request was accepted. */
  send(body: Body, timeoutMs: number): Promise<Answer>;
  /** Closes idle connections. Called when there was nothing to send for a while. */
  releaseIdleConnections(): void;
  /** Ends a running request, after reading what has arrived of its answer, and closes the connection. */
  shutdown(): void;
}

/** The outcome of a request. */
export type Answer =
  /** The collector accepted it, except for `rejected` items (partial success), which must not be sent again. */
  | { readonly kind: 'accepted'; readonly rejected: number; readonly message: string }
  /** The collector will never accept this request. */
  | { readonly kind: 'refused'; readonly reason: string; readonly isTooLarge: boolean }
  /** The collector did not accept the request and may accept it later. */
  | { readonly kind: 'retryable'; readonly reason: string; readonly retryAfterMs?: number | undefined }
  /** The request was sent, but it is unknown whether it arrived. */
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      /**
       * Whether to send it again if a duplicate is better than a loss. `always`: the connection was closed before the first byte of an
       * answer. `once`: after a time-out or an answer that cannot be read. Default: never.
       */
      readonly resend?: 'always' | 'once' | 'never' | undefined;
    };

export function reasonOf(error: unknown): string {
  const failures = error instanceof AggregateError ? error.errors : [error];
  const reason = failures.map((failure) => messageOf(failure)).join('; ');
  // OpenSSL's error when the peer does not speak TLS.
  const isPlain = /:(?:wrong version number|packet length too long|http request)/i.test(reason);
  return isPlain ? `the collector does not use TLS: pass an http:// address (${shortText(reason)})` : reason;
}

/** A collector's text for a log line: one line, shortened. */
export function shortText(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

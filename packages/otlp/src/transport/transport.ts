import { messageOf } from '@sightline/base';
/** Sends encoded requests, one at a time. */
export interface Transport<Body = Uint8Array> {
  /** Never rejects, and never stays pending much longer than `timeoutMs`: what became of the request is in the answer. */
  send(body: Body, timeoutMs: number): Promise<Answer>;
  /** Lets go of idle connections: called when there was nothing to send for a while. */
  rest(): void;
  /** Ends whatever is under way, after what has arrived of an answer was read. */
  close(): void;
}

/** What became of a request. */
export type Answer =
  /** The collector has it, but for data points, spans or log records that it rejected (partial success), which must not be sent again. */
  | { readonly kind: 'accepted'; readonly rejected: number; readonly message: string }
  /** It will never take this request. */
  | { readonly kind: 'refused'; readonly reason: string; readonly isTooLarge: boolean }
  /** It has not taken it, and may later. */
  | { readonly kind: 'retryable'; readonly reason: string; readonly retryAfterMs?: number | undefined }
  /** The request left, and no answer says whether it arrived. */
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      /**
       * Whether to send it again where a duplicate is better than a loss: like `retryable` (the connection was closed before a byte
       * of an answer), or once more (a time-out, something that is no answer). Default `never`.
       */
      readonly resend?: 'always' | 'once' | 'never' | undefined;
    };

export function reasonOf(error: unknown): string {
  const failures = error instanceof AggregateError ? error.errors : [error];
  const reason = failures.map((failure) => messageOf(failure)).join('; ');
  // OpenSSL's words for whatever is no TLS.
  const isPlain = /:(?:wrong version number|packet length too long|http request)/i.test(reason);
  return isPlain ? `no TLS is spoken there, give an http:// address (${shortText(reason)})` : reason;
}

/** Text of a collector for a log line: one line of it, not too long. */
export function shortText(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

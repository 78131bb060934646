import type { Clock } from '@sightline/base';
import type { SignalWire } from '../signal.js';
import { partialSuccessIn, statusIn } from './answer-messages.js';
import type { HttpAnswer } from './http-exchange.js';
import { type Answer, shortText } from './transport.js';

export interface AnswerReading {
  readonly wire: SignalWire;
  readonly encoding: 'protobuf' | 'json';
  readonly clock: Clock;
}

/** What an HTTP answer means (OTLP 1.x, "OTLP/HTTP Response"). */
export function answerOf({ status, headers, body }: HttpAnswer, reading: AnswerReading): Answer {
  if (status >= 200 && status < 300) {
    // Another server or a proxy: a collector answers with protobuf, JSON or nothing.
    if (isHtml(body, headers['content-type'])) {
      const reason = `the answer was ${status} with an HTML page, so this is not a collector: check the address`;
      return { kind: 'refused', reason, isTooLarge: false };
    }
    return { kind: 'accepted', ...partialSuccess(body, reading) };
  }
  const text = shortText(errorText(body, headers['content-type'] ?? ''));
  const reason = `the answer was ${status}${text === '' ? '' : `: ${text}`}`;
  if ([429, 502, 503, 504].includes(status)) {
    return { kind: 'retryable', reason, retryAfterMs: retryAfterMs(headers['retry-after'], reading.clock) };
  }
  return { kind: 'refused', reason, isTooLarge: status === 413 };
}

export function isHtml(body: Buffer, contentType = ''): boolean {
  if (/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType)) return true;
  return /^\s*<(?:!doctype\s+html|html)\b/i.test(body.subarray(0, 256).toString());
}

/** The status says that the request was accepted. Without a readable body nothing counts as rejected. */
function partialSuccess(
  body: Buffer,
  { wire, encoding }: Pick<AnswerReading, 'wire' | 'encoding'>,
): { rejected: number; message: string } {
  if (encoding === 'protobuf') {
    const partial = partialSuccessIn(body);
    return { rejected: countOf(partial?.rejected), message: shortText(partial?.message ?? '') };
  }
  try {
    const { partialSuccess: partial } = Object(JSON.parse(body.toString())) as {
      partialSuccess?: Readonly<Record<string, unknown>> | null;
    };
    return {
      rejected: countOf(Number(partial?.[wire.rejectedField] ?? 0)),
      message: shortText(String(partial?.['errorMessage'] ?? '')),
    };
  } catch {
    return { rejected: 0, message: '' };
  }
}

function countOf(number: number | undefined): number {
  return number !== undefined && number > 0 && number <= Number.MAX_SAFE_INTEGER ? Math.round(number) : 0;
}

/** The body of a failure: a google.rpc.Status in protobuf or JSON, or text from a proxy. */
function errorText(body: Buffer, contentType: string): string {
  if (contentType.includes('protobuf')) return statusIn(body)?.message ?? '';
  const text = body.toString();
  if (!contentType.includes('json')) return text;
  try {
    const { message } = Object(JSON.parse(text)) as { message?: unknown };
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}

/** RFC 9110, section 10.2.3: seconds or a date. */
function retryAfterMs(header: string | undefined, clock: Clock): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - clock.now());
}

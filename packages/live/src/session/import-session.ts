import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isRecord, messageOf, valueText } from '@sightline/base';
import { ApiError } from '../model/api.js';
import type { Broadcaster } from '../model/broadcaster.js';
import type { LiveStore } from '../store/live-store.js';
import { SessionReader } from './session-reader.js';

/** What was taken of a session. */
export interface ImportedSession {
  readonly spans: number;
  /** Spans, lines, messages and series that are kept already. */
  readonly repeated: number;
  readonly logLines: number;
  readonly messages: number;
  readonly series: number;
  /** Lines that hold nothing that is known, such as those of a later version. */
  readonly ignored: number;
}

/**
 * Takes a file of `exportSession` into the store, beside what is there. Reads in bounds, whatever the bytes are. Rejects with an `ApiError` for
 * what is no session; what came before the fault stays.
 */
export async function importSession(
  bytes: AsyncIterable<Uint8Array>,
  store: LiveStore,
  broadcaster: Broadcaster,
): Promise<ImportedSession> {
  const reader = new SessionReader(store, broadcaster);
  let number = 0;
  for await (const line of linesOf(bytes)) {
    number++;
    reader.take(parsed(line, number), number);
  }
  if (number === 0) throw wrong('The session is empty.');
  return reader.counts;
}

const MAX_LINE_LENGTH = 8 * 1024 * 1024;
const MAX_LENGTH = 2 * 1024 * 1024 * 1024;

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const source = Readable.from(bytes, { objectMode: false });
  const inflated = createGunzip();
  source.once('error', (error) => inflated.destroy(error));
  const text = source.pipe(inflated).setEncoding('utf8');
  // Of a line that has not ended: joined once, because a long one arrives in thousands of chunks.
  let rest: string[] = [];
  let restLength = 0;
  let length = 0;
  try {
    for await (const chunk of text as AsyncIterable<string>) {
      length += chunk.length;
      if (length > MAX_LENGTH) throw tooLarge(`It has more than ${MAX_LENGTH} characters.`);
      const [first = '', ...others] = chunk.split('\n');
      rest.push(first);
      restLength += first.length;
      if (restLength > MAX_LINE_LENGTH) throw tooLarge(`A line has more than ${MAX_LINE_LENGTH} characters.`);
      const last = others.pop();
      if (last === undefined) continue;
      yield rest.join('');
      yield* others;
      rest = [last];
      restLength = last.length;
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw wrong(`The session cannot be read: ${messageOf(error)}. Give a file that was exported here.`);
  } finally {
    source.destroy();
    inflated.destroy();
  }
  if (restLength > 0) yield rest.join('');
}

function parsed(line: string, number: number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (isRecord(value)) return value;
  } catch {
    // As any other line that is no object.
  }
  throw wrong(
    `Line ${number} of the session is no JSON object, but ${valueText(line)}. Give a file that was exported here.`,
  );
}

function tooLarge(detail: string): ApiError {
  return new ApiError(413, `The session is too large. ${detail}`);
}

function wrong(message: string): ApiError {
  return new ApiError(422, message);
}

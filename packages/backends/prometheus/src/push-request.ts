import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Writable } from 'node:stream';
import { environmentProxy } from '@sightline/base/client';
import { eventsHandled } from '@sightline/base/event-loop';

export interface PushRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Writes and ends the body. Frees its sources when `signal` aborts. */
  writeBody(body: Writable, signal: AbortSignal): Promise<void>;
}

export interface PushAnswer {
  readonly status: number;
  readonly contentType: string;
  /** The first kilobyte of the answer, on one line. */
  readonly text: string;
}

/**
 * Sends one request on its own connection, through a proxy of the environment if Node.js itself uses one. Rejects if there is no
 * status within `timeoutMs`.
 */
export async function sendPush({ url, method, headers, timeoutMs, writeBody }: PushRequest): Promise<PushAnswer> {
  const isTls = url.protocol === 'https:';
  const agent = isTls ? new HttpsAgent(environmentProxy(true)) : new HttpAgent(environmentProxy(false));
  const request = (isTls ? httpsRequest : httpRequest)(url, { method, headers, agent });
  const ended = new AbortController();
  const answered = answerTo(request, timeoutMs);
  // A gateway that refuses answers before it has read everything, so an error of the body does not matter.
  writeBody(request, ended.signal).catch(() => {});
  try {
    return await answered;
  } finally {
    ended.abort();
  }
}

const MAX_CHARACTERS = 1024;

/** Also settles at the time-out and at the end of the connection: after some answers Node.js reports only that end. */
function answerTo(request: ClientRequest, timeoutMs: number): Promise<PushAnswer> {
  return new Promise((resolve, reject) => {
    let response: IncomingMessage | undefined;
    let text = '';
    let failure: unknown;

    function end(): void {
      clearTimeout(timer);
      if (response === undefined) reject(failure ?? new Error('the connection was closed without an answer'));
      else resolve(answerOf(response, text));
      if (!request.writableFinished || response?.complete !== true) request.destroy();
    }

    const timer = setTimeout(
      async () => {
        await eventsHandled();
        failure ??= new Error(`no answer within ${timeoutMs} ms`);
        end();
      },
      Math.min(Math.max(1, Math.ceil(timeoutMs)), 2 ** 31 - 1),
    );
    // The caller keeps the process alive; a push in the background does not.
    timer.unref();
    request.once('socket', (socket) => socket.unref());
    /** 101: Node.js reports it as `upgrade` or as `response`. */
    const switched = ({ statusCode, socket }: IncomingMessage): void => {
      failure ??= new Error(`the answer was ${statusCode}, which was not asked for`);
      socket.destroy();
      end();
    };
    request.on('error', (error) => {
      failure ??= error;
    });
    request.once('upgrade', switched);
    request.once('response', (received) => {
      if ((received.statusCode ?? 0) < 200) return switched(received);
      response = received;
      received.setEncoding('utf8');
      received.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_CHARACTERS) end();
      });
      received.on('error', () => {}); // the status counts, even if the body fails
      received.once('end', end);
    });
    request.once('close', end);
  });
}

function answerOf({ statusCode: status = 0, headers }: IncomingMessage, text: string): PushAnswer {
  const contentType = headers['content-type'] ?? '';
  return { status, contentType, text: text.slice(0, MAX_CHARACTERS).replaceAll(/\s+/g, ' ').trim() };
}

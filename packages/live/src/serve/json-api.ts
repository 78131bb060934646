import { Readable } from 'node:stream';
import { type Clock, unrefClock, withDeadline } from '@sightline/base';
import { nodeReply } from '@sightline/base/server';
import { type Exchange, sendJson } from '../http/exchange.js';
import { bodyChunks } from '../http/request-body.js';
import { dataHeaders } from '../http/security-headers.js';
import type { FileAnswer, LiveApi } from '../model/api.js';
import { apiPaths } from '../model/api-paths.js';
import { isFileAnswer } from './api-answer.js';

export interface JsonApiOptions {
  readonly api: LiveApi;
  readonly clock: Clock;
  /** Cuts files that are being sent. */
  readonly signal: AbortSignal;
}

/** Answers a path of the JSON API, whose method is checked. Rejects with what is for the client, or with an unexpected error. */
export async function answerApi(exchange: Exchange, { api, clock, signal }: JsonApiOptions): Promise<void> {
  const path = exchange.path.slice('/api/'.length);
  const { request, parameters } = exchange;
  if (path === '') {
    sendJson(exchange, 200, { paths: Object.entries(apiPaths).map(([name, about]) => ({ path: name, ...about })) });
    return;
  }
  const isPost = request.method === 'POST';
  const given = isPost ? api.post(path, parameters, bodyChunks(request)) : api.get(path, parameters);
  const timeoutMs = isPost ? POST_MS : GET_MS;
  const answer = await withDeadline(
    Promise.resolve(given),
    timeoutMs,
    `[live] The answer of ${path}`,
    unrefClock(clock),
  );
  if (isFileAnswer(answer)) await sendFile(exchange, answer, signal);
  else sendJson(exchange, 200, answer);
}

function sendFile({ request, response }: Exchange, { file }: FileAnswer, signal: AbortSignal): Promise<void> {
  const headers = {
    ...dataHeaders,
    'Content-Type': file.contentType,
    'Content-Disposition': `attachment; filename="${file.name.replaceAll(/[^\w.-]/g, '_')}"`,
  };
  const body = Readable.from(request.method === 'HEAD' ? [] : file.chunks);
  return nodeReply(request, response).stream(headers, body, signal);
}

const GET_MS = 10_000;
/** To import a session takes as long as the client sends. */
const POST_MS = 300_000;

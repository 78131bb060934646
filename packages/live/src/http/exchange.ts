import type { IncomingMessage, ServerResponse } from 'node:http';
import { nodeReply } from '@sightline/base/server';
import { RequestError } from './request-error.js';
import { dataHeaders } from './security-headers.js';

/** A request for the handler, and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the page, without the slash at its end: `/live`. */
  readonly base: string;
  /** Behind the base: empty, or with a slash at the front. */
  readonly path: string;
  readonly parameters: URLSearchParams;
}

export type Headers = Readonly<Record<string, string>>;

export function sendText(
  { request, response }: Exchange,
  status: number,
  text: string,
  headers: Headers = dataHeaders,
): void {
  nodeReply(request, response).send(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, text);
}

export function sendHtml({ request, response }: Exchange, status: number, html: string, headers: Headers): void {
  nodeReply(request, response).send(status, { ...headers, 'Content-Type': 'text/html; charset=utf-8' }, html);
}

export function sendJson(exchange: Exchange, status: number, value: unknown, headers: Headers = {}): void {
  sendJsonText(exchange, status, JSON.stringify(value ?? null), headers);
}

export function sendJsonText(
  { request, response }: Exchange,
  status: number,
  json: string,
  headers: Headers = {},
): void {
  const all = { ...dataHeaders, 'Content-Type': 'application/json; charset=utf-8', ...headers };
  nodeReply(request, response).send(status, all, json);
}

/** An answer for what went wrong: a `ProblemAnswer`. */
export function sendProblem(exchange: Exchange, status: number, problem: string, headers: Headers = {}): void {
  sendJson(exchange, status, { problem }, headers);
}

export function sendRedirect(exchange: Exchange, location: string, headers: Headers = {}): void {
  sendText(exchange, 303, '', { ...dataHeaders, Location: location, ...headers });
}

/** The parameters of a request's URL. */
export function parametersOf({ url = '' }: IncomingMessage): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
}

/** Throws if the request's method is not one of these; HEAD is answered like GET. */
export function checkMethod({ request }: Exchange, ...methods: ReadonlyArray<'GET' | 'POST'>): void {
  const { method = 'GET' } = request;
  const allowed = methods.flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each]));
  if (allowed.includes(method)) return;
  const list = [...allowed, 'OPTIONS'].join(', ');
  throw new RequestError(405, `${method} is not possible here; these are: ${list}.`, { Allow: list });
}

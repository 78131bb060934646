import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a path answers: a text, as a page of metrics; JSON; a status with a text and headers; or nothing ever (`hangs`). */
export type FakeAnswer = string | object | ((request: IncomingMessage) => FakeAnswer);

export const hangs = Symbol('hangs');

/** A server on loopback for the running test, which answers by path; others are 404. Returns its address. */
export async function fakePeer(answers: Readonly<Record<string, FakeAnswer | typeof hangs>>): Promise<string> {
  const server = createServer((request, response) => {
    let answer = answers[new URL(request.url ?? '/', 'http://x').pathname];
    if (typeof answer === 'function') answer = answer(request);
    if (answer === hangs) return;
    if (answer === undefined) return void response.writeHead(404).end('not found');
    const { status, text, headers } = Object(answer) as { status?: number; text?: string | Buffer; headers?: object };
    if (typeof status === 'number') return void response.writeHead(status, { ...headers }).end(text ?? '');
    if (typeof answer !== 'string') return void response.end(JSON.stringify(answer));
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(answer);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address at which nothing listens. */
export async function stoppedPeer(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

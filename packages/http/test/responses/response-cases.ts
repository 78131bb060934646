import type { OutgoingHttpHeader, ServerResponse } from 'node:http';

/** One way to write the head of a response. Written for `ServerResponse`; that of HTTP/2 takes the same. */
export interface ResponseCase {
  readonly name: string;
  respond(response: ServerResponse): void;
  /** Where HTTP/2 has no such method. */
  readonly isHttp1Only?: boolean;
}

const twoCookies = ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'];
const nested = [
  ['Set-Cookie', 'a=1'],
  ['set-cookie', 'b=2'],
  ['X-Many', ['1', '2']],
] as unknown as OutgoingHttpHeader[];
const upstream = ['Date', 'Mon, 01 Jan 2024 00:00:00 GMT', 'Vary', 'A', 'vary', 'B', ...twoCookies, 'X-Case', 'Kept'];

/** What Node.js refuses is answered by its code, and then by another head. */
function orCode(response: ServerResponse, write: () => void): void {
  try {
    write();
    response.end('fine');
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' });
    response.end(String((error as NodeJS.ErrnoException).code));
  }
}

function withSet(response: ServerResponse): ServerResponse {
  response.setHeader('X-Set', 'first');
  return response;
}

function ownOf(response: ServerResponse): unknown[] {
  return [Object.keys(response), response.eventNames().map(String)];
}

export const responseCases: readonly ResponseCase[] = [
  { name: 'an implicit head', respond: (response) => response.end('body') },
  {
    name: 'an implicit head after statusCode, statusMessage and setHeader',
    respond(response) {
      response.statusCode = 404;
      response.statusMessage = 'Gone fishing';
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.end('body');
    },
  },
  {
    name: 'writeHead(status)',
    respond: (response) => void response.writeHead(204).end(),
  },
  {
    name: 'writeHead(status, object)',
    respond: (response) => void response.writeHead(200, { 'X-A': '1', 'Set-Cookie': ['a=1', 'b=2'] }).end('body'),
  },
  {
    name: 'writeHead(status, object) with names that differ in case only',
    respond: (response) => orCode(response, () => response.writeHead(200, { 'X-A': '1', 'x-a': '2' })),
    isHttp1Only: true,
  },
  {
    name: 'writeHead(status, object) after setHeader',
    respond: (response) => void withSet(response).writeHead(200, { 'x-set': 'second', 'X-A': '1' }).end('body'),
  },
  {
    name: 'writeHead(status, flat array)',
    respond: (response) => void response.writeHead(200, twoCookies).end('body'),
  },
  {
    name: 'writeHead(status, rawHeaders of another response)',
    respond: (response) => orCode(response, () => response.writeHead(200, upstream)),
  },
  {
    name: 'writeHead(status, flat array) after setHeader',
    respond: (response) => orCode(response, () => withSet(response).writeHead(200, twoCookies)),
  },
  {
    name: 'writeHead(status, nested array)',
    respond: (response) => orCode(response, () => response.writeHead(200, nested)),
  },
  {
    name: 'writeHead(status, nested array) after setHeader',
    respond: (response) => orCode(response, () => withSet(response).writeHead(200, nested)),
  },
  {
    name: 'writeHead(status, nested array) after a header that was set and removed',
    respond: (response) =>
      orCode(response, () => {
        withSet(response).removeHeader('x-set');
        response.writeHead(200, nested);
      }),
  },
  { name: 'writeHead(status, empty array)', respond: (response) => void response.writeHead(200, []).end('body') },
  {
    name: 'writeHead(status, array of an odd length)',
    respond: (response) => orCode(response, () => response.writeHead(200, ['X-A'])),
  },
  {
    name: 'writeHead(status, message, headers)',
    respond: (response) => void response.writeHead(200, 'Fine', { 'X-A': '1' }).end('body'),
  },
  {
    name: 'writeHead(status, message, flat array)',
    respond: (response) => void response.writeHead(200, 'Fine', twoCookies).end('body'),
  },
  { name: 'writeHead(status, message)', respond: (response) => void response.writeHead(200, 'Fine').end('body') },
  {
    name: 'writeHead(status, undefined, headers)',
    respond: (response) => void response.writeHead(200, undefined, { 'X-A': '1' }).end('body'),
  },
  {
    name: 'writeHead with a value that no header can have, answered by another head',
    respond: (response) => orCode(response, () => response.writeHead(200, { 'X-A': 'a\nb' })),
    isHttp1Only: true,
  },
  {
    name: 'writeHead with a status that is none',
    respond: (response) => orCode(response, () => response.writeHead(99)),
    isHttp1Only: true,
  },
  {
    name: 'writeHead twice',
    respond(response) {
      response.writeHead(200);
      try {
        response.writeHead(201);
      } catch (error) {
        response.end(String((error as NodeJS.ErrnoException).code));
      }
    },
  },
  {
    name: 'writeHead with the ids of another service',
    respond: (response) =>
      void response
        .writeHead(200, ['X-Request-Id', 'theirs', 'x-trace-id', 'theirs too', 'X-Request-Id', 'twice'])
        .end('body'),
    isHttp1Only: true,
  },
  {
    name: 'flushHeaders',
    respond(response) {
      response.setHeader('X-A', '1');
      response.flushHeaders();
      response.end('body');
    },
  },
  {
    name: 'early hints, and what comes after',
    respond(response) {
      response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style', 'x-hint': '1' });
      response.writeHead(200, twoCookies).end('body');
    },
  },
  {
    name: 'writeContinue and writeProcessing',
    respond(response) {
      response.writeContinue();
      response.writeProcessing();
      response.end('body');
    },
    isHttp1Only: true,
  },
  {
    name: 'appendHeader and setHeaders',
    respond(response) {
      response.setHeaders(new Headers({ 'x-a': '1' }));
      response.appendHeader('X-B', '1');
      response.appendHeader('x-b', '2');
      response.writeHead(200, { 'X-C': '3' }).end('body');
    },
    isHttp1Only: true,
  },
  {
    name: 'what getHeaders, getHeaderNames and own properties return, before and after',
    respond(response) {
      const before = [response.getHeaders(), response.hasHeader('x-request-id'), ownOf(response)];
      response.writeHead(200, { 'X-A': '1' });
      // Where Node.js has merged headers, those of the head that was sent have ours among them.
      const names = response.getHeaderNames().filter((name) => !/^x-(request|trace)-id$/.test(name));
      response.end(JSON.stringify([before, names, ownOf(response)]));
    },
  },
  {
    name: 'a body in parts with trailers',
    respond(response) {
      response.writeHead(200, ['Trailer', 'X-Sum', 'X-A', '1', 'X-A', '2']);
      response.write('one ');
      response.addTrailers({ 'X-Sum': '7' });
      response.end('two');
    },
  },
  {
    name: 'a length that is said',
    respond: (response) =>
      void response.writeHead(200, ['Content-Length', '4', 'Connection', 'close', 'X-A', '1', 'X-A', '2']).end('body'),
    isHttp1Only: true,
  },
];

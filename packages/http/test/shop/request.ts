import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';

export interface GivenRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface GotResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** One request over a connection of its own. */
export function request(url: string, isHttp2: boolean, given: GivenRequest): Promise<GotResponse> {
  return isHttp2 ? overHttp2(url, given) : overHttp1(url, given);
}

async function overHttp1(url: string, { method, path, body, headers = {} }: GivenRequest): Promise<GotResponse> {
  const type = body === undefined ? {} : { 'content-type': 'application/octet-stream' };
  const sent = httpRequest(`${url}${path}`, { method, headers: { ...type, ...headers }, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

async function overHttp2(url: string, { method, path, body, headers = {} }: GivenRequest): Promise<GotResponse> {
  const session = connect(url);
  const stream = session.request({ ':method': method, ':path': path, ...headers });
  const responded = once(stream, 'response');
  stream.end(body);
  const [got] = (await responded) as [Record<string, unknown>];
  const received = await text(stream);
  session.close();
  return { status: Number(got[':status']), headers: got, body: received };
}

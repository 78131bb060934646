import { once } from 'node:events';
import { type IncomingMessage, type RequestOptions, request } from 'node:http';

/** One request by `node:http` on its own connection; its status, once the body has been read. */
export async function requested(url: string, options: RequestOptions = {}, body = ''): Promise<number | undefined> {
  const sent = request(url, { agent: false, ...options });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

import { once } from 'node:events';
import type { ServerReadableStream, ServerUnaryCall, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { credentials, Metadata, makeClientConstructor, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { trace } from '@opentelemetry/api';
import { program } from './program.js';

const method = (name: string, requestStream = false, responseStream = false) => ({
  path: `/shop.Orders/${name}`,
  requestStream,
  responseStream,
  requestSerialize: (value: string) => Buffer.from(value),
  requestDeserialize: String,
  responseSerialize: (value: string) => Buffer.from(value),
  responseDeserialize: String,
});
const service = {
  Find: method('Find'),
  Fail: method('Fail'),
  List: method('List', false, true),
  Upload: method('Upload', true),
};

type Callback = (error: Error | null, value?: string) => void;

program(async () => {
  const server = new Server();
  server.addService(service, {
    Find(call: ServerUnaryCall<string, string>, answer: sendUnaryData<string>) {
      trace.getTracer('shop').startActiveSpan('find', (span) => span.end());
      answer(null, `found ${call.request}`);
    },
    Fail(_call: ServerUnaryCall<string, string>, answer: sendUnaryData<string>) {
      answer({ code: status.NOT_FOUND, details: 'no such order' });
    },
    List(call: ServerWritableStream<string, string>) {
      for (const each of ['a', 'b']) call.write(each);
      call.end();
    },
    Upload(call: ServerReadableStream<string, string>, answer: sendUnaryData<string>) {
      let count = 0;
      call.on('data', () => count++).on('end', () => answer(null, `${count}`));
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const Client = makeClientConstructor(service, 'Orders');
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const call = (name: string, request: string) =>
    new Promise<string | undefined>((resolve, reject) => {
      const run = client[name] as (request: string, metadata: Metadata, callback: Callback) => void;
      run.call(client, request, new Metadata(), (error, value) => (error ? reject(error) : resolve(value)));
    });
  await trace.getTracer('shop').startActiveSpan('work', async (span) => {
    await call('Find', '17');
    await call('Fail', '18').catch(() => {});
    span.end();
  });
  const list = (client['List'] as (request: string) => NodeJS.ReadableStream).call(client, 'all');
  list.resume();
  await once(list, 'end');
  await new Promise<void>((resolve, reject) => {
    const upload = (client['Upload'] as (callback: Callback) => NodeJS.WritableStream).call(client, (error) =>
      error ? reject(error) : resolve(),
    );
    for (const each of ['x', 'y', 'z']) upload.write(each as never);
    upload.end();
  });
  client.close();
  await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
});

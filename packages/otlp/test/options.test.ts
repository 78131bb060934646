import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type OtlpOptions, otlpSettings } from '../src/index.js';
import { deliveredTo } from './delivered-to.js';

const urlOf = (options: OtlpOptions): string =>
  otlpSettings('traces', 'x', 'otlp').resolve({ protocol: 'grpc', ...options }).url;

// OpenTelemetry Protocol Exporter, "Configuration Options": without a scheme "Insecure" decides, which is false by default.
test.each<[OtlpOptions, string]>([
  [{ url: 'collector:4317' }, 'https://collector:4317'],
  [{ url: 'collector:4317', insecure: true }, 'http://collector:4317'],
  [{ url: 'otel.example.com' }, 'https://otel.example.com:4317'],
  [{ url: 'dns:///collector:4317', insecure: true }, 'http://collector:4317'],
  [{ url: 'ipv6:[2001:db8::1]:4317' }, 'https://[2001:db8::1]:4317'],
  [{ url: '10.0.0.1:4317/', insecure: true }, 'http://10.0.0.1:4317'],
  [{ url: 'localhost:4317' }, 'http://localhost:4317'],
  [{ url: '[::1]:4317' }, 'http://[::1]:4317'],
  [{ url: '127.0.0.1:5317' }, 'http://127.0.0.1:5317'],
  [{ url: 'localhost:4317', insecure: false }, 'https://localhost:4317'],
  [{ url: 'localhost:4317', caFile: 'ca.pem' }, 'https://localhost:4317'],
  [{ url: 'http://collector:4317', insecure: false }, 'http://collector:4317'],
  [{ url: 'https://collector:4317', insecure: true }, 'https://collector:4317'],
])('a gRPC address %o is %s', (options, url) => {
  expect(urlOf(options)).toBe(url);
});

test.each(['collector:port', 'a b:4317', '::1:4317', 'unix:/tmp/otel.sock', 'collector:99999', 'me@collector:1', ''])(
  'a gRPC address %j is refused with what to give',
  (url) => {
    expect(() => urlOf({ url })).toThrow('give an http:// or https:// address, or host:port.');
  },
);

test.each<[unknown, string]>([
  [{ url: Symbol('x') }, '[x] url is a symbol: give an http:// or https:// address.'],
  [{ url: () => 's3cret' }, '[x] url is a function: give an http:// or https:// address.'],
  [{ url: Object.create(null) }, '[x] url is {}: give an http:// or https:// address.'],
  [{ headers: 'authorization=s3cret' }, '[x] headers cannot be read: give an object of names and values.'],
  [
    { headers: new Headers({ authorization: 's3cret' }) },
    '[x] headers cannot be read: give an object of names and values.',
  ],
  [{ headers: ['authorization', 's3cret'] }, '[x] headers cannot be read: give an object of names and values.'],
  [{ headers: { 'authorization: Bearer s3cret': '=' } }, 'headers["authorization…"] cannot be a header'],
  [{ headers: { 'https://a:s3cret@b?token': 'x' } }, 'headers["https…"] cannot be a header'],
])('%# is refused without its secrets', (options, message) => {
  expect(() => otlpSettings('traces', 'x', 'otlp').resolve(options as OtlpOptions)).toThrow(message);
});

test('an address may be a URL', () => {
  const url = new URL('http://collector:4318/v1/traces') as unknown as string;
  expect(String(otlpSettings('traces', 'x', 'otlp').resolve({ url }).url)).toBe('http://collector:4318/v1/traces');
});

test.each(['grpc', 'http/protobuf'] as const)('that a collector speaks no TLS is said (%s)', async (protocol) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const { flush, lines } = await deliveredTo({ protocol, url: `https://127.0.0.1:${port}` });
  await flush('a', 100);
  expect(lines[0]).toContain('the collector does not use TLS: pass an http:// address');
});

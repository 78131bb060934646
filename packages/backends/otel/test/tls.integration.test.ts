import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import { type DecodedRequest, decodeProtobuf } from '../../../../scripts/test/official-messages.js';
import { otelBackend } from '../src/index.js';
import { totalOf } from './fake-collector.js';
import { grpcCollector } from './grpc-collector.js';
import { against } from './setting.js';

describe.skipIf(!requireServer('openssl'))('Over TLS', () => {
  let folder = '';
  let certFile = '';
  let keyFile = '';

  // One certificate for both sides that is its own authority.
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-tls-'));
    certFile = join(folder, 'cert.pem');
    keyFile = join(folder, 'key.pem');
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const files = ['-keyout', keyFile, '-out', certFile];
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...curve, ...subject, ...files], { stdio: 'ignore' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function httpsCollector(): Promise<{ url: string; received: DecodedRequest[]; clients: boolean[] }> {
    const received: DecodedRequest[] = [];
    const clients: boolean[] = [];
    const pem = { cert: readFileSync(certFile), key: readFileSync(keyFile), ca: readFileSync(certFile) };
    const server = createServer({ ...pem, requestCert: true, rejectUnauthorized: false }, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      received.push(decodeProtobuf(Buffer.concat(chunks)));
      clients.push((request.socket as TLSSocket).authorized);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return { url: `https://127.0.0.1:${(server.address() as { port: number }).port}/v1/metrics`, received, clients };
  }

  test('trusts the authority of caFile, and shows the certificate of certFile', async () => {
    const collector = await httpsCollector();
    const { metrics } = against(otelBackend({ url: collector.url, caFile: certFile, certFile, keyFile }));
    metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
    await metrics.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(3);
    expect(collector.clients).toEqual([true]);
  });

  test('sends nothing to a collector that it does not trust', async () => {
    const collector = await httpsCollector();
    const { metrics } = against(otelBackend({ url: collector.url, temporality: 'delta' }));
    metrics.counter('jobs_total', { help: 'Jobs.' }).inc(3);
    await expect(metrics.flush({ timeoutMs: 500 })).rejects.toThrow('cannot be reached: self-signed certificate');
    expect(collector.received).toEqual([]);
  });

  test('does the same over gRPC', async () => {
    const pem = { private_key: readFileSync(keyFile), cert_chain: readFileSync(certFile) };
    const collector = await grpcCollector(grpc.ServerCredentials.createSsl(readFileSync(certFile), [pem], true));
    onTestFinished(() => collector.shutdown());
    const url = collector.url.replace('http:', 'https:');
    const trusting = against(otelBackend({ protocol: 'grpc', url, caFile: certFile, certFile, keyFile })).metrics;
    trusting.counter('jobs_total', { help: 'Jobs.' }).inc(3);
    await trusting.flush();
    expect(totalOf('jobs_total', collector.received)).toBe(3);
    const wary = against(otelBackend({ protocol: 'grpc', url })).metrics;
    await expect(wary.flush({ timeoutMs: 500 })).rejects.toThrow('cannot be reached: self-signed certificate');
    expect(collector.received).toHaveLength(1);
  });
});

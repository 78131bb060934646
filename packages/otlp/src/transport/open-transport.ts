import { readFile } from 'node:fs/promises';
import { type Clock, messageOf } from '@sightline/base';
import type { ResolvedOtlpOptions } from '../fields.js';
import { type OtlpSignal, signalWires } from '../signal.js';
import type { TlsFiles } from './http-transport.js';
import type { Transport } from './transport.js';

/**
 * Opens a transport for one signal. Loads the gRPC code only for gRPC. Rejects if a certificate cannot be read.
 * @param subject the package that asks, for the message
 */
export async function openTransport(
  settings: ResolvedOtlpOptions,
  { signal, subject, clock }: { signal: OtlpSignal; subject: string; clock: Clock },
): Promise<Transport> {
  const { protocol, headers, compression } = settings;
  const options = {
    url: new URL(settings.url),
    wire: signalWires[signal],
    headers,
    isCompressed: compression === 'gzip',
    tls: await tlsFiles(settings, subject),
    clock,
  };
  if (protocol === 'grpc') return (await import('./grpc-transport.js')).grpcTransport(options);
  const { httpTransport } = await import('./http-transport.js');
  return httpTransport({ ...options, encoding: protocol === 'http/json' ? 'json' : 'protobuf' });
}

/** Reads the certificates of the settings. Rejects with an `Error` that says which cannot be read. */
export async function tlsFiles(
  { caFile, certFile, keyFile }: Pick<ResolvedOtlpOptions, 'caFile' | 'certFile' | 'keyFile'>,
  subject: string,
): Promise<TlsFiles> {
  const [ca, cert, key] = await Promise.all([
    pem('caFile', caFile, subject),
    pem('certFile', certFile, subject),
    pem('keyFile', keyFile, subject),
  ]);
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

async function pem(option: string, path: string | undefined, subject: string): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new Error(`[${subject}] ${option} cannot be read: ${reason}. Give the path of a PEM file.`, { cause });
  }
}

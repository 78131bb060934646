import { hasNamedMembers } from '@sightline/base';
import { checkOption, resolveFields } from '@sightline/settings/fields';
import { type OtlpOptions, otlpFields, type ResolvedOtlpOptions } from './fields.js';
import { type OtlpSignal, signalWires } from './signal.js';
import { grpcUrl } from './transport/grpc-url.js';

/** Sets of options that must come from one source: a certificate needs its own key. */
export const otlpSameSourceOptions: ReadonlyArray<readonly string[]> = [['certFile', 'keyFile']];

/**
 * Fills in the defaults. Throws an `Error` that says what to change.
 * @param subject the package that got the options, for the message
 */
export function resolveOtlpOptions(options: OtlpOptions, signal: OtlpSignal, subject: string): ResolvedOtlpOptions {
  const usual = options.protocol === 'http' ? { ...options, protocol: 'http/protobuf' } : options;
  const resolved = resolveFields(subject, otlpFields, usual);
  const { insecure, headers, caFile, certFile, keyFile } = resolved;
  const protocol = resolved.protocol === 'http' ? 'http/protobuf' : resolved.protocol;
  const given =
    resolved.url ??
    (protocol === 'grpc' ? 'http://localhost:4317' : `http://localhost:4318/${signalWires[signal].path}`);
  const address = `give an http:// or https:// address${protocol === 'grpc' ? ', or host:port' : ''}`;
  checkOption(subject, isText(given), 'url', given, address);
  const hasTlsFiles = (caFile ?? certFile) !== undefined;
  const url = (protocol === 'grpc' ? grpcUrl(String(given), insecure, hasTlsFiles) : undefined) ?? given;
  const isAddress = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  checkOption(subject, isAddress, 'url', String(url), address);
  checkHeaders(headers, subject);
  const isPair = (certFile === undefined) === (keyFile === undefined);
  const missing = certFile === undefined ? 'certFile' : 'keyFile';
  checkOption(subject, isPair, missing, undefined, 'give certFile and keyFile, or neither');
  return { ...resolved, protocol, url };
}

function isText(url: unknown): boolean {
  return typeof url === 'string' || url instanceof URL;
}

/** RFC 9110, sections 5.1 and 5.5. A wrong value is not shown: it may be a token, and so may what stands behind a wrong name. */
function checkHeaders(headers: Readonly<Record<string, string>>, subject: string): void {
  if (!hasNamedMembers<object>(headers)) {
    throw new Error(`[${subject}] headers cannot be read: give an object of names and values.`);
  }
  for (const [name, value] of Object.entries(headers)) {
    const isValue = typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && isValue) continue;
    throw new Error(
      `[${subject}] headers[${JSON.stringify(shownName(name))}] cannot be a header: give a name of letters, digits and "-", and a string on one line.`,
    );
  }
}

/** `authorization: Bearer …` stands for a name where the sign between it and its value is wrong. */
function shownName(name: string): string {
  const [start = ''] = /^[^\s:/?@=]{0,40}/.exec(name) ?? [];
  return start === name ? name : `${start}…`;
}

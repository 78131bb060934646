import { hasNamedMembers } from '@sightline/base';
import {
  checkOption,
  type Fields,
  fieldRows,
  type OptionsOf,
  type PackageSettings,
  type ResolvedOf,
  resolveFields,
} from '@sightline/settings/fields';
import { type OtlpOptions, otlpEnvironment, otlpFields, type ResolvedOtlpOptions } from './fields.js';
import { type OtlpSignal, signalWires } from './signal.js';
import { grpcUrl } from './transport/grpc-url.js';

/**
 * The settings of what sends one signal over OTLP: those of the transport, and its own.
 * @param subject the package that gets the options, for messages
 * @param taker what the options are given to, such as `otelBackend`
 */
export function otlpSettings<Own extends Fields = Readonly<Record<never, never>>>(
  signal: OtlpSignal,
  subject: string,
  taker: string,
  own: Own = {} as Own,
): PackageSettings<OtlpOptions & OptionsOf<Own>, ResolvedOtlpOptions & ResolvedOf<Own>> {
  const table = { ...otlpFields, ...own };
  return {
    optionNames: Object.keys(table),
    environment: [...otlpEnvironment(signal), ...fieldRows(own)],
    sameSourceOptions: [['certFile', 'keyFile']],
    resolve(options) {
      const resolved = resolveFields(subject, table, options, taker);
      const given = resolved as ResolvedOf<typeof otlpFields> & ResolvedOf<Own>;
      return { ...given, ...transportOf(given, signal, subject) };
    },
  };
}

/** How to reach the collector. Throws an `Error` that says what to change. */
function transportOf(
  { insecure, headers, caFile, certFile, keyFile, ...given }: ResolvedOf<typeof otlpFields>,
  signal: OtlpSignal,
  subject: string,
): Pick<ResolvedOtlpOptions, 'protocol' | 'url'> {
  const protocol = given.protocol === 'http' ? 'http/protobuf' : given.protocol;
  const isGrpc = protocol === 'grpc';
  const address = given.url ?? (isGrpc ? 'http://localhost:4317' : `http://localhost:4318/${signalWires[signal].path}`);
  const advice = `give an http:// or https:// address${isGrpc ? ', or host:port' : ''}`;
  checkOption(subject, isText(address), 'url', address, advice);
  const hasTlsFiles = (caFile ?? certFile) !== undefined;
  const url = (isGrpc ? grpcUrl(String(address), insecure, hasTlsFiles) : undefined) ?? address;
  const isAddress = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  checkOption(subject, isAddress, 'url', String(url), advice);
  checkHeaders(headers, subject);
  const isPair = (certFile === undefined) === (keyFile === undefined);
  const missing = certFile === undefined ? 'certFile' : 'keyFile';
  checkOption(subject, isPair, missing, undefined, 'give certFile and keyFile, or neither');
  return { protocol, url };
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

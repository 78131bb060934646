import { quotedSetting } from '@sightline/base/secrets';
import { type OtlpSignal, signalWires } from './signal.js';
import { grpcUrl } from './transport/grpc-url.js';

/** How to reach a collector; the same for every signal. */
export interface OtlpOptions {
  /** How requests are encoded and carried; `http` is `http/protobuf`, the default. */
  protocol?: OtlpProtocol | 'http' | undefined;
  /**
   * Where requests go, used as it is: `http://localhost:4318/v1/traces`. Of a gRPC address only scheme, host and port count;
   * `https` means TLS; without a scheme (`collector:4317`) `insecure` says. Default: the collector's usual port on localhost.
   * Credentials in it become basic authentication.
   */
  url?: string | undefined;
  /** Whether a gRPC address without a scheme is without TLS. Default: as on this machine (`localhost`), else TLS. */
  insecure?: boolean | undefined;
  /** Further request headers or gRPC metadata, such as `Authorization`. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Default `none`. */
  compression?: 'none' | 'gzip' | undefined;
  /** Longest time of one request, in milliseconds. Default 10 000. */
  timeoutMs?: number | undefined;
  /** Path of the PEM file with the authorities to trust, instead of those of Node.js. */
  caFile?: string | undefined;
  /** Path of the PEM file with the client's certificate. */
  certFile?: string | undefined;
  /** Path of the PEM file with the client's private key. */
  keyFile?: string | undefined;
}

export const otlpProtocols = ['http/protobuf', 'http/json', 'grpc'] as const;
export type OtlpProtocol = (typeof otlpProtocols)[number];

export interface ResolvedOtlpOptions {
  readonly protocol: OtlpProtocol;
  readonly url: string;
  readonly insecure: boolean | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'none' | 'gzip';
  readonly timeoutMs: number;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** Sets of options that say one thing together: a certificate is nothing without its key. */
export const otlpDecidedTogether: ReadonlyArray<readonly string[]> = [['certFile', 'keyFile']];

/**
 * Fills in the defaults. Throws an `Error` that says what to change.
 * @param subject who was given the options, for the message
 */
export function resolveOtlpOptions(options: OtlpOptions, signal: OtlpSignal, subject: string): ResolvedOtlpOptions {
  const { headers = {}, compression = 'none', timeoutMs = 10_000 } = options;
  const protocol = options.protocol === 'http' ? 'http/protobuf' : (options.protocol ?? 'http/protobuf');
  const { caFile, certFile, keyFile, insecure } = options;
  const {
    url: given = protocol === 'grpc' ? 'http://localhost:4317' : `http://localhost:4318/${signalWires[signal].path}`,
  } = options;
  const check = checkFor(subject);
  check.oneOf('protocol', protocol, otlpProtocols);
  check.oneOf('compression', compression, ['none', 'gzip']);
  check.isRight(insecure === undefined || typeof insecure === 'boolean', 'insecure', insecure, 'give true or false');
  const hasTlsFiles = (caFile ?? certFile) !== undefined;
  const url = (protocol === 'grpc' ? grpcUrl(String(given), insecure, hasTlsFiles) : undefined) ?? given;
  const isAddress = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  check.isRight(isAddress, 'url', String(url), protocol === 'grpc' ? `${anAddress}, or host:port` : anAddress);
  check.milliseconds('timeoutMs', timeoutMs);
  checkHeaders(headers, subject);
  const isPair = (certFile === undefined) === (keyFile === undefined);
  check.isRight(
    isPair,
    certFile === undefined ? 'certFile' : 'keyFile',
    undefined,
    'give certFile and keyFile, or neither',
  );
  return { protocol, url, insecure, headers, compression, timeoutMs, caFile, certFile, keyFile };
}

export interface OptionChecks {
  isRight(isRight: boolean, option: string, value: unknown, whatToDo: string): void;
  oneOf(option: string, value: string, allowed: readonly string[]): void;
  milliseconds(option: string, value: number): void;
  count(option: string, value: number): void;
}

/** Checks that throw `[subject] option is value: what to do.` */
export function checkFor(subject: string): OptionChecks {
  const isRight: OptionChecks['isRight'] = (isRightValue, option, value, whatToDo) => {
    if (isRightValue) return;
    throw new Error(`[${subject}] ${option} is ${quotedSetting(option, value)}: ${whatToDo}.`);
  };
  return {
    isRight,
    oneOf: (option, value, allowed) =>
      isRight(allowed.includes(value), option, value, `give ${allowed.map((each) => `'${each}'`).join(', ')}`),
    // Timers of Node.js take at most 2^31 - 1 ms and fire at once beyond.
    milliseconds: (option, value) =>
      isRight(value >= 1 && value < 2 ** 31, option, value, 'give milliseconds from 1 to 2147483647'),
    count: (option, value) =>
      isRight(Number.isInteger(value) && value >= 1, option, value, 'give a whole number from 1 on'),
  };
}

/** RFC 9110, sections 5.1 and 5.5. A wrong value is not shown: it may be a token. */
function checkHeaders(headers: Readonly<Record<string, string>>, subject: string): void {
  for (const [name, value] of Object.entries(headers)) {
    const isValue = typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && isValue) continue;
    throw new Error(
      `[${subject}] headers[${JSON.stringify(name)}] cannot be a header: give a name of letters, digits and "-", and a text on one line.`,
    );
  }
}

const anAddress = 'give an http:// or https:// address';

import type { EnvironmentRow, OptionsOf, ResolvedOf } from '@sightline/settings/fields';
import { fieldRow } from '@sightline/settings/fields';
import { type OtlpSignal, signalWires } from './signal.js';

/**
 * How to reach a collector; the same for every signal. A variable is named by its ending: each exists for one signal and for all
 * signals, and the former wins (OpenTelemetry, "OTLP Exporter Configuration").
 */
export const otlpFields = {
  /** How requests are encoded and carried; `http` is `http/protobuf`. Default: `http/protobuf`. */
  protocol: {
    type: 'choice',
    choices: ['http/protobuf', 'http/json', 'grpc'],
    or: ['http'],
    advice: "give 'http/protobuf', 'http/json' or 'grpc'",
    default: 'http/protobuf',
    variables: {
      PROTOCOL: {
        words: { 'http/protobuf': 'http/protobuf', http: 'http/protobuf', 'http/json': 'http/json', grpc: 'grpc' },
        help: 'How requests are encoded and carried.',
      },
    },
  },
  /**
   * Where requests go, used unchanged: `http://localhost:4318/v1/traces`. Of a gRPC address only scheme, host and port count:
   * `https` means TLS, and without a scheme (`collector:4317`) `insecure` decides. Default: the collector's port on localhost.
   * Credentials in it become basic authentication.
   */
  url: { type: 'any', as: '' as string },
  /** Whether a gRPC address without a scheme is without TLS. Default: as on this machine (`localhost`), else TLS. */
  insecure: {
    type: 'boolean',
    variables: {
      INSECURE: {
        type: 'opentelemetry boolean',
        default: 'true on this machine, else false',
        help: 'Whether a gRPC address without a scheme is without TLS.',
      },
    },
  },
  /** Further request headers or gRPC metadata, such as `Authorization`. */
  headers: {
    type: 'any',
    as: {} as Readonly<Record<string, string>>,
    default: {},
    variables: { HEADERS: { type: 'attributes', default: '', help: 'Further headers or gRPC metadata. Never shown.' } },
  },
  /** Whether requests are compressed. Default: `none`. */
  compression: {
    type: 'choice',
    choices: ['none', 'gzip'],
    default: 'none',
    variables: { COMPRESSION: 'Whether requests are compressed.' },
  },
  /** Maximum time of one request, in milliseconds. Default: 10 000. */
  timeoutMs: { type: 'milliseconds', default: 10_000, variables: { TIMEOUT: 'Maximum time of one request.' } },
  /** Path of the PEM file with the authorities to trust, instead of those of Node.js. */
  caFile: {
    type: 'string',
    variables: { CERTIFICATE: { default: '', help: 'PEM file with the authorities to trust.' } },
  },
  /** Path of the PEM file with the client's certificate. */
  certFile: {
    type: 'string',
    variables: { CLIENT_CERTIFICATE: { default: '', help: "PEM file with the client's certificate." } },
  },
  /** Path of the PEM file with the client's private key. */
  keyFile: {
    type: 'string',
    variables: { CLIENT_KEY: { default: '', help: "PEM file with the client's private key." } },
  },
} as const;

export type OtlpProtocol = (typeof otlpFields.protocol.choices)[number];

/** How to reach a collector; the same for every signal. */
export interface OtlpOptions extends OptionsOf<typeof otlpFields> {}

export interface ResolvedOtlpOptions extends Omit<ResolvedOf<typeof otlpFields>, 'protocol' | 'url'> {
  readonly protocol: OtlpProtocol;
  readonly url: string;
}

/** The variables of one signal and, below each, the one for all signals. */
export function otlpEnvironment(signal: OtlpSignal): readonly EnvironmentRow[] {
  return Object.entries(otlpFields).flatMap(([option, field]) => {
    if (option === 'url') return addressRows(signal);
    return Object.entries('variables' in field ? field.variables : {}).flatMap(([ending, variable]) => [
      fieldRow(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${ending}`, option, field, variable),
      fieldRow(`OTEL_EXPORTER_OTLP_${ending}`, option, field, { ...variable, help: 'The same for all signals.' }),
    ]);
  });
}

/** The address for all signals gets a path; that of one signal is used unchanged. */
function addressRows(signal: OtlpSignal): readonly EnvironmentRow[] {
  const { path } = signalWires[signal];
  return [
    {
      name: `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`,
      sets: 'url',
      type: 'OTLP address',
      defaultText: `http://localhost:4318/${path}, or http://localhost:4317 with \`grpc\``,
      description: 'Where requests go, used unchanged.',
    },
    {
      name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      sets: 'url',
      type: 'OTLP base address',
      path,
      defaultText: 'http://localhost:4318, or http://localhost:4317 with `grpc`',
      description: `The collector, for all signals: \`${path}\` is appended.`,
    },
  ];
}

import { type OtlpSignal, signalWires } from './signal.js';

/** One environment variable that sets an option; of several for the same option the first one wins. */
export interface OtlpEnvironmentRow {
  readonly name: string;
  readonly sets:
    | 'protocol'
    | 'url'
    | 'insecure'
    | 'headers'
    | 'compression'
    | 'timeoutMs'
    | 'caFile'
    | 'certFile'
    | 'keyFile';
  readonly type:
    | 'choice'
    | 'OTLP address'
    | 'OTLP base address'
    | 'opentelemetry boolean'
    | 'attributes'
    | 'milliseconds'
    | 'string';
  /** Of the type `choice`: the option's value for each text. */
  readonly choices?: Readonly<Record<string, string>>;
  /** Of the type `OTLP base address`: what is appended. */
  readonly path?: string;
  readonly defaultText: string;
  readonly description: string;
}

/** The variables of one signal and, below each, the one for all signals (OpenTelemetry, "OTLP Exporter Configuration"). */
export function otlpEnvironment(signal: OtlpSignal): readonly OtlpEnvironmentRow[] {
  const { path } = signalWires[signal];
  const SIGNAL = signal.toUpperCase();
  const bothForms = (
    ending: string,
    sets: OtlpEnvironmentRow['sets'],
    type: OtlpEnvironmentRow['type'],
    defaultText: string,
    description: string,
    choices?: Readonly<Record<string, string>>,
  ): readonly OtlpEnvironmentRow[] => {
    const row = { sets, type, defaultText, ...(choices === undefined ? {} : { choices }) };
    return [
      { ...row, name: `OTEL_EXPORTER_OTLP_${SIGNAL}_${ending}`, description },
      { ...row, name: `OTEL_EXPORTER_OTLP_${ending}`, description: 'The same for all signals.' },
    ];
  };
  return [
    ...bothForms('PROTOCOL', 'protocol', 'choice', 'http/protobuf', 'How requests are encoded and carried.', {
      'http/protobuf': 'http/protobuf',
      http: 'http/protobuf',
      'http/json': 'http/json',
      grpc: 'grpc',
    }),
    {
      name: `OTEL_EXPORTER_OTLP_${SIGNAL}_ENDPOINT`,
      sets: 'url',
      type: 'OTLP address',
      defaultText: `http://localhost:4318/${path}, or http://localhost:4317 with \`grpc\``,
      description: 'Where requests go, used as it is.',
    },
    {
      name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      sets: 'url',
      type: 'OTLP base address',
      path,
      defaultText: 'http://localhost:4318, or http://localhost:4317 with `grpc`',
      description: `The collector, for all signals: \`${path}\` is appended.`,
    },
    ...bothForms(
      'INSECURE',
      'insecure',
      'opentelemetry boolean',
      'true on this machine, else false',
      'Whether a gRPC address without a scheme is without TLS.',
    ),
    ...bothForms('HEADERS', 'headers', 'attributes', '', 'Further headers or gRPC metadata. Never shown.'),
    ...bothForms('COMPRESSION', 'compression', 'choice', 'none', 'Whether requests are compressed.', {
      none: 'none',
      gzip: 'gzip',
    }),
    ...bothForms('TIMEOUT', 'timeoutMs', 'milliseconds', '10000', 'Longest time of one request.'),
    ...bothForms('CERTIFICATE', 'caFile', 'string', '', 'PEM file with the authorities to trust.'),
    ...bothForms('CLIENT_CERTIFICATE', 'certFile', 'string', '', "PEM file with the client's certificate."),
    ...bothForms('CLIENT_KEY', 'keyFile', 'string', '', "PEM file with the client's private key."),
  ];
}

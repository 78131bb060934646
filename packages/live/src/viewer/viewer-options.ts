import { isLoopback, type Log } from '@sightline/base';
import { ConfigurationError, unknownNames } from '@sightline/settings';
import { livePageFields, type OptionsOf, type ResolvedOf, readFields } from '@sightline/settings/fields';

/** Options of the viewer that a service's page does not have, or with other defaults. */
export const viewerFields = {
  /** Port of the page; 0 takes a free one. Default: 9465. */
  port: { type: 'port', default: 9465 },
  /** Port for OTLP over HTTP; 0 takes a free one. Default: 4318. */
  otlpHttpPort: { type: 'port', default: 4318 },
  /** Port for OTLP over gRPC; 0 takes a free one. Default: 4317. */
  otlpGrpcPort: { type: 'port', default: 4317 },
  /** Senders must give it in the header `x-otlp-api-key`, or after `Authorization: Bearer`. Default: any sender on this machine may send. */
  otlpKey: {
    type: 'string',
    isRight: livePageFields.token.isRight as (value: string) => boolean,
    advice: livePageFields.token.advice as string,
  },
  /** Where the viewer itself reports. Default: `console`. */
  log: { type: 'instance', as: {} as Log, methods: ['info', 'warn', 'error'] },
  /** Maximum spans kept. Default: 50 000. */
  maxSpans: { type: 'count', default: 50_000, max: 5_000_000 },
  /** Maximum log lines kept. Default: 50 000. */
  maxLogLines: { type: 'count', default: 50_000, max: 5_000_000 },
  /** Maximum series whose history is kept. Default: 10 000. */
  maxSeries: { type: 'count', default: 10_000, max: 1_000_000 },
  /** Maximum memory of all that is kept, in bytes. Default: 256 MiB. */
  maxBytes: { type: 'count', default: 268_435_456, min: 1_048_576 },
} as const;

export interface ViewerOptions extends OptionsOf<typeof livePageFields>, OptionsOf<typeof viewerFields> {}

export interface ResolvedViewerOptions
  extends ResolvedOf<typeof livePageFields>,
    Omit<ResolvedOf<typeof viewerFields>, 'log'> {}

const fields = { ...livePageFields, ...viewerFields };

/** Throws a `ConfigurationError` for what is wrong. */
export function resolveViewerOptions(options: ViewerOptions): ResolvedViewerOptions {
  const {
    problems,
    resolved: { log: _log, ...resolved },
  } = readFields(fields, options);
  const texts = problems.map(({ text }) => text);
  if (texts.length === 0) texts.push(...unknownNames('openViewer', options, Object.keys(fields)));
  if (texts.length > 0) throw new ConfigurationError(texts, 'live');
  const { host, token, authorize } = resolved;
  if (!isLoopback(host) && token === undefined && authorize === undefined) {
    throw new ConfigurationError(
      [
        `host "${host}" can be reached by others, so it needs a token: pass { token }, --token or SIGHTLINE_LIVE_TOKEN.`,
      ],
      'live',
    );
  }
  return resolved;
}

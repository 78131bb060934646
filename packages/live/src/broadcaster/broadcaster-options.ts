import type { Clock } from '@sightline/base';
import type { OptionsOf, ResolvedOf } from '@sightline/settings/fields';

type ActiveSpan = () => { readonly traceId: string; readonly spanId: string } | undefined;

export const broadcasterFields = {
  /** Differs after a restart; part of each message's id. */
  bootId: {
    type: 'string',
    isRight: (id: string): boolean => /^[\w-]{1,100}$/.test(id),
    advice: 'give up to 100 letters, digits, "_" and "-"',
    required: true,
  },
  /** The source of messages that name none. */
  service: { type: 'string', required: true },
  clock: { type: 'instance', as: {} as Clock, methods: ['now', 'monotonicMs', 'setTimer'], required: true },
  /** Kept of each topic. Default: 1000. */
  maxMessages: { type: 'count', max: 1_000_000, default: 1000 },
  /** JSON of a payload; more is cut. Default: 4096. */
  maxPayloadBytes: { type: 'count', min: 64, max: 1_048_576, default: 4096 },
  /** Of all messages, by estimate: beyond it the topic that takes most loses its oldest. Default: 16 MiB. */
  maxBytes: { type: 'number', min: 0, default: 16_777_216 },
  maxTopics: { type: 'count', min: 4, max: 1000, default: 100 },
  /** The span that a message belongs to if it names none. May throw. */
  activeSpan: { type: 'function', as: {} as ActiveSpan, default: (): undefined => undefined },
  /** Names whose values are secret, beside those that are known to be. Called once for each name, about. */
  isSecretName: { type: 'function', as: {} as (name: string) => boolean, default: (): boolean => false },
} as const;

export interface BroadcasterOptions extends OptionsOf<typeof broadcasterFields> {}

/** With all defaults. */
export interface ResolvedOptions extends ResolvedOf<typeof broadcasterFields> {}

export const subscribeFields = { maxPerSecond: { type: 'count', max: 1_000_000, default: 500 } } as const;

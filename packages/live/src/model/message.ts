export type { DeliveredMessage, LiveMessage, PublishedMessage, SubscribeOptions } from '@sightline/base';

/** What became of a topic's messages since the start. `published` = `kept` + `overwritten`. */
export interface TopicStatistics {
  readonly topic: string;
  readonly published: number;
  readonly kept: number;
  readonly overwritten: number;
  /** Messages per second over the last 10 s, and over the last minute. */
  readonly perSecond: number;
  readonly perSecondOfMinute: number;
  readonly subscribers: number;
  /** By type, most frequent first. At most 200 types; the others are counted as `other`. */
  readonly types: readonly TypeStatistics[];
}

export interface TypeStatistics {
  readonly type: string;
  readonly published: number;
  readonly perSecond: number;
  readonly lastMs: number;
}

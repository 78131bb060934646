import type { MetricsCollector } from '@sightline/core';
import type { HostSource } from './host-source.js';

/** Declares the metrics of one group. Returns a function that reads the host and sets them. */
export type HostGroup = (metrics: MetricsCollector, setting: GroupSetting) => () => Promise<void>;

/** The groups of one naming convention. */
export type HostGroups = Readonly<Record<'cpu' | 'memory' | 'disk' | 'diskIo' | 'network', HostGroup>>;

export interface GroupSetting {
  readonly source: HostSource;
  /** When totals of the kernel begin: at the machine's boot or at the start of this process. */
  readonly countFrom: 'boot' | 'start';
  isDiskMeasured(path: string): boolean;
  isInterfaceMeasured(name: string): boolean;
}

import type { MetricsCollector } from '@sightline/core';
import type { HostSource } from './host-source.js';

/** Declares the metrics of one group, and gives the function that reads the host and sets them. */
export type HostGroup = (metrics: MetricsCollector, setting: GroupSetting) => () => Promise<void>;

/** A set of names: how each group appears. */
export type HostGroups = Readonly<Record<'cpu' | 'memory' | 'disk' | 'diskIo' | 'network', HostGroup>>;

export interface GroupSetting {
  readonly source: HostSource;
  /** Where totals of the kernel begin: at the machine's start, or at this process'. */
  readonly countFrom: 'boot' | 'start';
  isDiskMeasured(path: string): boolean;
  isInterfaceMeasured(name: string): boolean;
}

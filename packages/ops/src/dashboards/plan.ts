import type { DashboardId } from '../model/alert.js';

/** What a dashboard shows, before ids and places are given to its panels. */
export interface DashboardPlan {
  readonly id: DashboardId;
  readonly title: string;
  readonly description: string;
  /** `1m`: how often Grafana reads anew. */
  readonly refresh: string;
  /** `now-6h`: the start of the time range when it is opened. */
  readonly from: string;
  /** Filters beside job and instance. */
  readonly filters: readonly Filter[];
  readonly rows: readonly RowPlan[];
}

/** A variable that holds values of a label. */
export interface Filter {
  readonly variable: string;
  readonly label: string;
  /** PromQL selector of the series whose values are offered. */
  readonly series: string;
  readonly title: string;
}

export interface RowPlan {
  /** Undefined: its panels stand at the top, without a header. */
  readonly title: string | undefined;
  /** Panels of a collapsed row are not queried before it is opened. */
  readonly isCollapsed: boolean;
  readonly panels: readonly PanelPlan[];
}

export interface PanelPlan {
  /** Unique within its row. */
  readonly title: string;
  readonly description: string;
  readonly view: View;
  readonly queries: readonly Query[];
  /** One of Grafana's units. */
  readonly unit: string;
  readonly decimals?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Ascending; the first is without `from`. */
  readonly thresholds?: readonly Threshold[] | undefined;
  readonly isStacked?: boolean | undefined;
  /** What stands there while there is no data. */
  readonly noValue?: string | undefined;
  /** Place in a line of 24. Default: by `view`. */
  readonly width?: number | undefined;
}

export type View = 'timeseries' | 'stat' | 'gauge' | 'bargauge' | 'table' | 'logs' | 'alertlist';

export interface Query {
  readonly language: 'promql' | 'logql';
  readonly expr: string;
  /** `{{label}}` stands for a label's value. */
  readonly legend: string;
  /** One value, of now, instead of one for each step. */
  readonly isInstant?: boolean | undefined;
  readonly hasExemplars?: boolean | undefined;
}

export interface Threshold {
  readonly from?: number | undefined;
  readonly color: 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'transparent';
}

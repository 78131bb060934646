import type * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import type { GraphFieldConfig } from '@grafana/grafana-foundation-sdk/common';
import type * as gauge from '@grafana/grafana-foundation-sdk/gauge';
import type * as logs from '@grafana/grafana-foundation-sdk/logs';
import type * as stat from '@grafana/grafana-foundation-sdk/stat';
import type * as table from '@grafana/grafana-foundation-sdk/table';
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { DataSourceRef, FieldJson, GridPos, PanelJson, PanelLinkJson, TargetJson } from './grafana-json.js';
import type { PanelPlan, Query, View } from './plan.js';

/** What a panel gets from its dashboard. */
export interface PanelFrame {
  readonly id: number;
  readonly place: GridPos;
  readonly links: readonly PanelLinkJson[];
  /** Matcher of the alerts that an alert list shows. */
  readonly alerts: string;
}

/** A panel as Grafana reads it. */
export function renderPanel(panel: PanelPlan, { id, place, links, alerts }: PanelFrame): PanelJson {
  const { title, description, view } = panel;
  const [first] = panel.queries;
  return {
    id,
    type: view,
    title,
    description,
    ...(first === undefined ? {} : { datasource: dataSourceOf(first) }),
    gridPos: place,
    ...(first === undefined ? {} : { targets: panel.queries.map((query, i) => renderTarget(query, i, view)) }),
    fieldConfig: { defaults: view === 'logs' || view === 'alertlist' ? {} : fieldOf(panel), overrides: [] },
    options: view === 'alertlist' ? alertListOptions(alerts) : optionsOf(panel),
    ...(links.length === 0 ? {} : { links }),
  };
}

/** Variables, because a provisioned dashboard is not asked for its data sources. */
export const prometheusSource: DataSourceRef = { type: 'prometheus', uid: '$prometheus_datasource' };
export const lokiSource: DataSourceRef = { type: 'loki', uid: '$loki_datasource' };

function dataSourceOf({ language }: Query): DataSourceRef {
  return language === 'promql' ? prometheusSource : lokiSource;
}

function renderTarget(query: Query, index: number, view: View): TargetJson {
  const { expr, legend, isInstant = false, hasExemplars = false } = query;
  const target = { refId: refId(index), datasource: dataSourceOf(query), expr, editorMode: 'code' as const };
  if (query.language === 'logql') {
    return {
      ...target,
      queryType: 'range',
      ...(legend === '' ? {} : { legendFormat: legend }),
      ...(view === 'logs' ? { maxLines: 200 } : {}),
    };
  }
  return {
    ...target,
    legendFormat: legend,
    range: !isInstant,
    instant: isInstant,
    ...(hasExemplars ? { exemplar: true } : {}),
    ...(view === 'table' ? { format: 'table' } : {}),
  };
}

/** A to Z, then Q26 and on. */
function refId(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : `Q${index}`;
}

function fieldOf(panel: PanelPlan): FieldJson {
  const { unit, decimals, min, max, noValue, thresholds, view } = panel;
  const steps = (thresholds ?? [{ color: 'green' as const }]).map(({ color, from }) => ({
    color,
    value: from ?? null,
  }));
  const isColoredByLimit = thresholds !== undefined && view !== 'timeseries';
  return {
    unit,
    decimals,
    min,
    max,
    noValue,
    color: { mode: isColoredByLimit ? 'thresholds' : 'palette-classic' },
    thresholds: { mode: 'absolute', steps },
    custom: view === 'timeseries' ? lineStyle(panel) : undefined,
  };
}

function lineStyle({ isStacked = false, thresholds }: PanelPlan): object {
  return {
    drawStyle: 'line',
    lineInterpolation: 'linear',
    lineWidth: 1,
    fillOpacity: isStacked ? 40 : 8,
    gradientMode: 'none',
    showPoints: 'auto',
    spanNulls: false,
    axisSoftMin: 0,
    stacking: { mode: isStacked ? 'normal' : 'none', group: 'A' },
    thresholdsStyle: { mode: thresholds === undefined ? 'off' : 'dashed' },
  } satisfies Known<GraphFieldConfig>;
}

/** Members that Grafana knows. Its types have enums for words, so the values are not compared. */
type Known<T> = { readonly [K in keyof T]?: unknown };

const lastValue = { calcs: ['lastNotNull'], fields: '', values: false };

function optionsOf({ view, queries }: PanelPlan): object {
  switch (view) {
    case 'timeseries':
      return {
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
        tooltip: { mode: 'multi', sort: 'desc' },
      } satisfies Known<timeseries.Options>;
    case 'stat':
      return {
        reduceOptions: lastValue,
        colorMode: 'value',
        graphMode: queries.some(({ isInstant }) => isInstant === true) ? 'none' : 'area',
        textMode: 'auto',
        justifyMode: 'auto',
        orientation: 'auto',
      } satisfies Known<stat.Options>;
    case 'gauge':
      return {
        reduceOptions: lastValue,
        orientation: 'auto',
        showThresholdLabels: false,
        showThresholdMarkers: true,
      } satisfies Known<gauge.Options>;
    case 'bargauge':
      return {
        reduceOptions: lastValue,
        displayMode: 'basic',
        orientation: 'horizontal',
        valueMode: 'text',
        showUnfilled: true,
      } satisfies Known<bargauge.Options>;
    case 'table':
      return { showHeader: true, cellHeight: 'sm' } satisfies Known<table.Options>;
    default:
      return {
        showTime: true,
        showLabels: false,
        showCommonLabels: false,
        wrapLogMessage: true,
        prettifyLogMessage: false,
        enableLogDetails: true,
        dedupStrategy: 'none',
        sortOrder: 'Descending',
      } satisfies Known<logs.Options>;
  }
}

function alertListOptions(alerts: string): object {
  return {
    viewMode: 'list',
    groupMode: 'default',
    groupBy: [],
    maxItems: 20,
    sortOrder: 3, // by importance
    dashboardAlerts: false,
    alertName: '',
    alertInstanceLabelFilter: alerts,
    stateFilter: { firing: true, pending: true, noData: false, normal: false, error: true },
  };
}

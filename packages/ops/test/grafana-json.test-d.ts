import type {
  AnnotationQuery,
  Dashboard,
  DashboardLink,
  FieldConfig,
  GridPos as GrafanaGridPos,
  Panel,
  RowPanel,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { dataquery as LokiQuery } from '@grafana/grafana-foundation-sdk/loki';
import type { Dataquery as PrometheusQuery } from '@grafana/grafana-foundation-sdk/prometheus';
import { expectTypeOf, test } from 'vitest';
import type {
  AnnotationJson,
  DashboardJson,
  DashboardLinkJson,
  FieldJson,
  GridPos,
  PanelJson,
  RowJson,
  TargetJson,
  VariableJson,
} from '../src/dashboards/grafana-json.js';

/** Members of ours that Grafana's own types do not have: typing errors. */
type Unknown<Ours, Theirs> = Exclude<keyof Ours, keyof Theirs>;

test('every member that we write is one of Grafana’s', () => {
  expectTypeOf<Unknown<DashboardJson, Dashboard>>().toEqualTypeOf<never>();
  expectTypeOf<Unknown<PanelJson, Panel>>().toEqualTypeOf<never>();
  expectTypeOf<Unknown<RowJson, RowPanel>>().toEqualTypeOf<never>();
  expectTypeOf<Unknown<GridPos, GrafanaGridPos>>().toEqualTypeOf<never>();
  expectTypeOf<Unknown<FieldJson, FieldConfig>>().toEqualTypeOf<never>();
  expectTypeOf<Unknown<VariableJson, VariableModel>>().toEqualTypeOf<never>();
  expectTypeOf<Unknown<AnnotationJson, AnnotationQuery>>().toEqualTypeOf<never>();
  expectTypeOf<Unknown<DashboardLinkJson, DashboardLink>>().toEqualTypeOf<never>();
  expectTypeOf<Unknown<TargetJson, PrometheusQuery & LokiQuery>>().toEqualTypeOf<never>();
});

test('no member that Grafana demands is missing', () => {
  type Required<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];
  expectTypeOf<Exclude<Required<Dashboard>, keyof DashboardJson>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<Required<Panel>, keyof PanelJson>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<Required<RowPanel>, keyof RowJson>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<Required<VariableModel>, keyof VariableJson>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<Required<AnnotationQuery>, keyof AnnotationJson>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<Required<DashboardLink>, keyof DashboardLinkJson>>().toEqualTypeOf<never>();
});

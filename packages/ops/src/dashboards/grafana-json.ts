/** The members of Grafana's classic dashboard JSON (schema version 42) that we write. */
export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly timezone: string;
  readonly editable: boolean;
  readonly graphTooltip: number;
  readonly time: { readonly from: string; readonly to: string };
  readonly refresh: string;
  readonly schemaVersion: number;
  readonly panels: ReadonlyArray<PanelJson | RowJson>;
  readonly templating: { readonly list: readonly VariableJson[] };
  readonly annotations: { readonly list: readonly AnnotationJson[] };
  readonly links: readonly DashboardLinkJson[];
}

export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface DataSourceRef {
  readonly type: string;
  readonly uid: string;
}

export interface RowJson {
  readonly id: number;
  readonly type: 'row';
  readonly title: string;
  readonly collapsed: boolean;
  readonly gridPos: GridPos;
  /** Of a collapsed row; those of others stand beside it. */
  readonly panels: readonly PanelJson[];
}

export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource?: DataSourceRef;
  readonly gridPos: GridPos;
  readonly targets?: readonly TargetJson[];
  readonly fieldConfig: { readonly defaults: FieldJson; readonly overrides: readonly never[] };
  readonly options: object;
  readonly links?: readonly PanelLinkJson[];
}

export interface PanelLinkJson {
  readonly title: string;
  readonly url: string;
  readonly targetBlank: boolean;
}

export interface FieldJson {
  readonly unit?: string;
  readonly decimals?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly noValue?: string | undefined;
  readonly color?: { readonly mode: string };
  readonly thresholds?: { readonly mode: string; readonly steps: readonly StepJson[] };
  readonly custom?: object | undefined;
}

export interface StepJson {
  readonly color: string;
  /** Null: from below. */
  readonly value: number | null;
}

export interface TargetJson {
  readonly refId: string;
  readonly datasource: DataSourceRef;
  readonly expr: string;
  readonly legendFormat?: string;
  readonly editorMode: 'code';
  readonly range?: boolean;
  readonly instant?: boolean;
  readonly exemplar?: boolean;
  readonly format?: string;
  readonly queryType?: string;
  readonly maxLines?: number;
}

export interface VariableJson {
  readonly type: 'datasource' | 'query';
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** 0: shown with its label, 2: hidden. */
  readonly hide: number;
  readonly query: string | { readonly qryType: number; readonly query: string; readonly refId: string };
  readonly definition?: string;
  readonly datasource?: DataSourceRef;
  /** 1: read when the dashboard is opened, 2: also when the time range changes. */
  readonly refresh: number;
  readonly sort?: number;
  readonly regex: string;
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue?: string;
  readonly current: { readonly text: string | readonly string[]; readonly value: string | readonly string[] };
}

export interface AnnotationJson {
  readonly name: string;
  readonly enable: boolean;
  readonly hide?: boolean;
  readonly iconColor: string;
  readonly datasource: DataSourceRef;
  readonly builtIn?: number;
  readonly type?: string;
  readonly expr?: string;
  readonly step?: string;
  readonly titleFormat?: string;
  readonly textFormat?: string;
  readonly tagKeys?: string;
}

export interface DashboardLinkJson {
  readonly title: string;
  readonly type: 'dashboards' | 'link';
  readonly icon: string;
  readonly tooltip: string;
  readonly url: string;
  readonly tags: readonly string[];
  readonly asDropdown: boolean;
  readonly targetBlank: boolean;
  readonly includeVars: boolean;
  readonly keepTime: boolean;
}

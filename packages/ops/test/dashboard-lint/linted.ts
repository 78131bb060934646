/** What the linter reads of a dashboard, which may be written by hand: anything may be missing. */
export interface LintedDashboard {
  readonly editable?: boolean;
  readonly panels?: readonly LintedPanel[];
  readonly templating?: { readonly list?: readonly LintedVariable[] };
}

export interface LintedPanel {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: LintedSource;
  readonly targets?: readonly LintedTarget[];
  readonly fieldConfig?: {
    readonly defaults?: { readonly unit?: string; readonly mappings?: unknown };
    readonly overrides?: ReadonlyArray<{
      readonly properties?: ReadonlyArray<{ readonly id?: string; readonly value?: unknown }>;
    }>;
  };
  readonly options?: { readonly reduceOptions?: { readonly fields?: string } };
  /** Of a row. */
  readonly panels?: readonly LintedPanel[];
}

export type LintedSource = string | { readonly type?: string; readonly uid?: string } | null;

export interface LintedTarget {
  readonly expr?: string;
  readonly datasource?: LintedSource;
  readonly hide?: boolean;
}

export interface LintedVariable {
  readonly name?: string;
  readonly label?: string;
  readonly type?: string;
  readonly query?: string | { readonly query?: string };
  readonly datasource?: LintedSource;
  readonly multi?: boolean;
  readonly allValue?: string;
  readonly refresh?: number;
}

/** A rule of Grafana's dashboard-linter, by the linter's name. */
export interface LintRule {
  readonly name: string;
  problems(dashboard: LintedDashboard): string[];
}

/** All panels, those of rows included, without the rows. */
export function lintedPanels({ panels = [] }: Pick<LintedDashboard, 'panels'>): LintedPanel[] {
  return panels.flatMap((panel) => (panel.type === 'row' ? lintedPanels(panel) : [panel]));
}

export function variablesOf({ templating }: LintedDashboard): readonly LintedVariable[] {
  return templating?.list ?? [];
}

export function sourceUid(source: LintedSource | undefined): string {
  if (typeof source === 'string') return source;
  return source?.uid ?? '';
}

export function queryText({ query }: LintedVariable): string {
  return (typeof query === 'string' ? query : query?.query) ?? '';
}

import type { DashboardPlan, PanelPlan, RowPlan } from './plan.js';

/** The plan as a reader can take it in: about ten panels are open, all others in collapsed rows; no two have the same title. */
export function arranged(plan: DashboardPlan): DashboardPlan {
  const rows = plan.rows.filter(({ panels }) => panels.length > 0);
  return { ...plan, rows: withDistinctTitles(withFewOpenRows(rows)) };
}

const MAX_OPEN_PANELS = 10;

/** Once a row is collapsed, so are all below it. The first row with panels is open however many those are. */
function withFewOpenRows(rows: readonly RowPlan[]): RowPlan[] {
  let open = 0;
  return rows.map((row, i) => {
    const isCollapsed =
      i > 0 && row.title !== undefined && (row.isCollapsed || open + row.panels.length > MAX_OPEN_PANELS);
    open = isCollapsed ? Number.POSITIVE_INFINITY : open + row.panels.length;
    return { ...row, isCollapsed };
  });
}

function withDistinctTitles(rows: readonly RowPlan[]): RowPlan[] {
  const ofRow = distinct();
  return rows.map((row) => ({
    ...row,
    title: row.title === undefined ? undefined : ofRow(row.title),
    panels: withDistinctPanels(row.panels),
  }));
}

function withDistinctPanels(panels: readonly PanelPlan[]): PanelPlan[] {
  const ofPanel = distinct();
  return panels.map((panel) => ({ ...panel, title: ofPanel(panel.title) }));
}

/** Numbers what comes again: `Rate`, `Rate (2)`. An empty title gets a name, too. */
function distinct(): (title: string) => string {
  const used = new Set<string>();
  return (title) => {
    const start = title.trim() || 'Untitled';
    let name = start;
    for (let i = 2; used.has(name); i++) name = `${start} (${i})`;
    used.add(name);
    return name;
  };
}

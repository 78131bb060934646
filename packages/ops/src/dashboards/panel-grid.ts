import type { GridPos } from './grafana-json.js';
import type { PanelPlan, View } from './plan.js';

/** Places of `panels` from line `y` on: each line is 24 wide, without gaps, and as high as one of its panels. */
export function panelGrid(panels: readonly PanelPlan[], y: number): { places: GridPos[]; height: number } {
  const places: GridPos[] = [];
  let top = y;
  for (const group of groupsOfSameHeight(panels)) {
    for (const line of linesOf(group)) {
      const h = heightOf(line[0]);
      let x = 0;
      for (const [i, w] of widthsOf(line).entries()) {
        places.push({ x, y: top, w, h });
        x += w;
        if (i === line.length - 1) top += h;
      }
    }
  }
  return { places, height: top - y };
}

const WIDTH = 24;

const heights: Readonly<Record<View, number>> = {
  stat: 5,
  gauge: 5,
  timeseries: 8,
  bargauge: 8,
  alertlist: 8,
  table: 8,
  logs: 12,
};

const widths: Readonly<Record<View, number>> = {
  stat: 6,
  gauge: 6,
  timeseries: 8,
  bargauge: 8,
  alertlist: 8,
  table: 8,
  logs: WIDTH,
};

function heightOf(panel: PanelPlan | undefined): number {
  return panel === undefined ? 0 : heights[panel.view];
}

function widthOf({ width, view }: PanelPlan): number {
  return width ?? widths[view];
}

/** Neighbours of one height. */
function groupsOfSameHeight(panels: readonly PanelPlan[]): PanelPlan[][] {
  const groups: PanelPlan[][] = [];
  for (const panel of panels) {
    const last = groups.at(-1);
    if (last !== undefined && heightOf(last[0]) === heightOf(panel)) last.push(panel);
    else groups.push([panel]);
  }
  return groups;
}

/** As few lines as their widths allow, as evenly filled as can be: four panels of a third are two and two. */
function linesOf(group: readonly PanelPlan[]): PanelPlan[][] {
  const total = group.reduce((sum, panel) => sum + widthOf(panel), 0);
  for (let count = Math.max(1, Math.ceil(total / WIDTH)); ; count++) {
    const lines: PanelPlan[][] = [];
    let start = 0;
    for (let i = 0; i < count; i++) {
      const end = start + Math.ceil((group.length - start) / (count - i));
      lines.push(group.slice(start, end));
      start = end;
    }
    const fits = lines.every((line) => line.reduce((sum, panel) => sum + widthOf(panel), 0) <= WIDTH);
    if (fits || count >= group.length) return lines.filter((line) => line.length > 0);
  }
}

/** In proportion to what each wants, with a sum of 24. */
function widthsOf(line: readonly PanelPlan[]): number[] {
  const total = line.reduce((sum, panel) => sum + widthOf(panel), 0);
  let wanted = 0;
  let given = 0;
  return line.map((panel) => {
    wanted += widthOf(panel);
    const w = Math.round((wanted * WIDTH) / total) - given;
    given += w;
    return w;
  });
}

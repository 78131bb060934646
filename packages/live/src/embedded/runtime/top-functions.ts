import type { ProfileFunction } from '../../model/answers.js';

/** A CPU profile as V8's inspector protocol has it (`Profiler.Profile`). Times are in microseconds. */
export interface V8Profile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples?: readonly number[] | undefined;
  readonly timeDeltas?: readonly number[] | undefined;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[] | undefined;
}

/** The functions by cumulative time, largest first. A function that calls itself counts once. Waiting and V8's own roots are left out. */
export function topFunctions(
  { nodes, samples = [], timeDeltas = [] }: V8Profile,
  limit = 20,
): readonly ProfileFunction[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
  const selfUs = new Map<number, number>();
  for (const [i, id] of samples.entries()) selfUs.set(id, (selfUs.get(id) ?? 0) + Math.max(0, timeDeltas[i] ?? 0));

  const functions = new Map<string, { name: string; place: string; selfUs: number; totalUs: number }>();
  let busyUs = 0;
  for (const [id, us] of selfUs) {
    const own = byId.get(id);
    if (own === undefined || isOutside(own)) continue;
    busyUs += us;
    const counted = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const node = byId.get(at);
      if (node === undefined || isOutside(node)) continue;
      const place = placeOf(node);
      const name = node.callFrame.functionName === '' ? '(anonymous)' : node.callFrame.functionName;
      const key = `${name} ${place}`;
      const known = functions.get(key) ?? { name, place, selfUs: 0, totalUs: 0 };
      functions.set(key, known);
      if (at === id) known.selfUs += us;
      if (!counted.has(key)) known.totalUs += us;
      counted.add(key);
    }
  }
  return [...functions.values()]
    .sort((a, b) => b.totalUs - a.totalUs)
    .slice(0, limit)
    .map(({ name, place, selfUs: self, totalUs }) => ({
      name,
      place,
      selfMs: self / 1000,
      totalMs: totalUs / 1000,
      share: busyUs === 0 ? 0 : totalUs / busyUs,
    }));
}

function isOutside({ callFrame: { functionName } }: ProfileNode): boolean {
  return functionName === '(root)' || functionName === '(idle)' || functionName === '(program)';
}

function placeOf({ callFrame: { url, lineNumber } }: ProfileNode): string {
  if (url === '') return 'native';
  return `${url.replace(/^file:\/\//, '').replace(/\?.*$/, '')}:${lineNumber + 1}`;
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { edgePath } from '../../page/src/flow/edge-path.js';
import { flowLayout } from '../../page/src/flow/flow-layout.js';

const options = { nodeWidth: 100, nodeHeight: 40, layerGap: 60, nodeGap: 20 };
const layoutOf = (edges: string[]): ReturnType<typeof flowLayout> => {
  const pairs = edges.map((edge) => ({ from: edge[0] ?? '', to: edge[1] ?? '' }));
  return flowLayout([...new Set(edges.join(''))], pairs, options);
};

test('who calls stands at the left of who is called', () => {
  const { nodes } = layoutOf(['ab', 'bc', 'ac']);
  expect(['a', 'b', 'c'].map((id) => nodes.get(id)?.x)).toEqual([0, 160, 320]);
});

test('an edge over a layer passes beside the nodes in it', () => {
  const { nodes, edges } = layoutOf(['ab', 'bc', 'ac']);
  const b = nodes.get('b');
  const long = edges[2]?.points ?? [];
  expect(long).toHaveLength(4);
  for (const { y } of long.slice(1, 3)) expect(y < (b?.y ?? 0) || y > (b?.y ?? 0) + options.nodeHeight).toBe(true);
});

test('an answer in a circle goes back beside the way there', () => {
  const { edges, nodes } = layoutOf(['ab', 'ac', 'ba']);
  expect(nodes.get('a')?.x).toBe(0);
  expect(edges.map(({ isBackward }) => isBackward)).toEqual([false, false, true]);
  const [there, back] = [edges[0]?.points ?? [], [...(edges[2]?.points ?? [])].reverse()];
  expect(back.map(({ x }) => x)).toEqual(there.map(({ x }) => x));
  for (const [index, point] of back.entries()) expect(point.y).not.toBe(there[index]?.y);
});

test('where all are called, the one that calls most begins', () => {
  const { nodes } = layoutOf(['za', 'zb', 'zc', 'cz']);
  expect(nodes.get('z')?.x).toBe(0);
});

test('a node that calls itself, and an edge to a node that is not there, are left out', () => {
  const { edges, nodes } = flowLayout(
    ['a'],
    [
      { from: 'a', to: 'a' },
      { from: 'a', to: 'gone' },
    ],
    options,
  );
  expect(nodes.get('a')).toEqual({ x: 0, y: 0 });
  expect(edges.map(({ points }) => points)).toEqual([[], []]);
});

describe('any graph of 40 nodes', () => {
  const ids = Array.from({ length: 40 }, (_, index) => `n${index}`);
  const graph = fc.array(fc.record({ from: fc.constantFrom(...ids), to: fc.constantFrom(...ids) }), { maxLength: 120 });

  test('has no nodes over each other, and lines from node to node', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(graph, (edges) => {
        const layout = flowLayout(ids, edges, options);
        expect(layout.nodes.size).toBe(ids.length);
        const places = [...layout.nodes.values()];
        for (const [index, a] of places.entries()) {
          expect(a.x >= 0 && a.y >= 0 && a.x + 100 <= layout.width && a.y + 40 <= layout.height).toBe(true);
          for (const b of places.slice(index + 1))
            expect(Math.abs(a.x - b.x) >= 100 || Math.abs(a.y - b.y) >= 40).toBe(true);
        }
        layout.edges.forEach(({ points, isBackward }, index) => {
          const { from, to } = edges[index] ?? { from: '', to: '' };
          if (from === to) return;
          const [start, end] = isBackward ? [points.at(-1), points[0]] : [points[0], points.at(-1)];
          const [left, right] = isBackward ? [to, from] : [from, to];
          expect(start?.x).toBe((layout.nodes.get(left)?.x ?? 0) + 100);
          expect(end?.x).toBe(layout.nodes.get(right)?.x);
        });
      }),
      { numRuns: rounds(300) },
    );
  });

  test('is drawn the same whatever the order of its nodes', () => {
    fc.assert(
      fc.property(graph, fc.shuffledSubarray(ids, { minLength: 40 }), (edges, shuffled) => {
        expect(flowLayout(shuffled, edges, options)).toEqual(flowLayout(ids, edges, options));
      }),
      { numRuns: rounds(200) },
    );
  });
});

test('a line leaves and enters nodes straight', () => {
  expect(
    edgePath([
      { x: 0, y: 0 },
      { x: 100, y: 50 },
    ]),
  ).toBe('M0 0C50 0 50 50 100 50');
  expect(edgePath([])).toBe('');
});

test('each edge leaves and enters a node at a place of its own', () => {
  const graph = fc.array(fc.record({ from: fc.nat(9), to: fc.nat(9) }), { maxLength: 24 }).map((pairs) => {
    const unique = new Map(
      pairs
        .filter(({ from, to }) => from !== to)
        .map(({ from, to }) => [`${from} ${to}`, { from: `n${from}`, to: `n${to}` }]),
    );
    return [...unique.values()];
  });
  const labelSize = (): { width: number; height: number } => ({ width: 80, height: 16 });
  fc.assert(
    fc.property(graph, (edges) => {
      const ids = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
      const { edges: lines } = flowLayout(ids, edges, {
        nodeWidth: 100,
        nodeHeight: 60,
        layerGap: 100,
        nodeGap: 20,
        labelSize,
      });
      const ends = lines.flatMap(({ points }) =>
        [points[0], points.at(-1)].map((point) => `${point?.x} ${point?.y.toFixed(3)}`),
      );
      expect(new Set(ends).size).toBe(ends.length);
    }),
    { numRuns: rounds(500) },
  );
});

test('numbers of edges that meet in one node stand below each other', () => {
  const edges = ['a', 'b', 'c', 'd', 'e'].map((from) => ({ from, to: 'all' }));
  const labelSize = (): { width: number; height: number } => ({ width: 80, height: 40 });
  const { edges: lines } = flowLayout(['all', 'a', 'b', 'c', 'd', 'e'], edges, {
    nodeWidth: 100,
    nodeHeight: 30,
    layerGap: 100,
    nodeGap: 2,
    labelSize,
  });
  const ys = lines.map(({ label }) => label.y).sort((a, b) => a - b);
  for (const [index, y] of ys.entries()) if (index > 0) expect(y - (ys[index - 1] ?? 0)).toBeGreaterThan(38);
});

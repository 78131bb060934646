import { expect, test } from 'vitest';
import { testSetting } from './setting.js';

test('a million label values keep memory and totals, whether the unique label comes first or last', () => {
  for (const labelNames of [
    ['id', 'kind'],
    ['kind', 'id'],
  ] as const) {
    const { metrics, exported } = testSetting();
    const seen = metrics.counter('seen_total', { help: 'Seen.', labelNames });
    for (let id = 0; id < 1_000_000; id++) seen.inc({ id, kind: 'x' });
    const series = exported('seen_total');
    expect(series).toHaveLength(2001);
    expect(series.reduce((total, { value }) => total + value, 0)).toBe(1_000_000);
  }
});

import type { Metrics } from '../metrics.js';
import { noopInstrument } from './noop-instrument.js';

/** A collector that keeps nothing and checks nothing: for disabled metrics. */
export const noopMetrics: Metrics = {
  counter: (name: string) => noopInstrument(name) as never,
  gauge: (name: string) => noopInstrument(name) as never,
  histogram: (name: string) => noopInstrument(name) as never,
  info() {},
  onCollect: () => () => {},
  child: () => noopMetrics,
  snapshot: () => ({ timeMs: Date.now(), families: [] }),
  collect: async () => noopMetrics.snapshot(),
  onSeriesEnded: () => () => {},
  ready: Promise.resolve(),
  include: () => () => {},
  flush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

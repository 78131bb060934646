import type { ForecastMetrics } from './forecast-metrics.js';

/** One run that has ended. */
export interface EndedRun {
  readonly endedAt: Date;
  readonly modelName: string;
  readonly modelType: string;
  /** `undefined` if it failed. */
  readonly result: ForecastResult | undefined;
}

/** The result of a successful run. */
export interface ForecastResult {
  readonly accuracy: Readonly<Record<string, number>>;
  readonly predictions: number;
  readonly costUsd: number;
}

/** Past runs: in a real service a table. */
export interface RunHistory {
  add(run: EndedRun): Promise<void>;
  /** Runs that have ended at or after a moment, the oldest first. */
  since(from: Date): Promise<readonly EndedRun[]>;
  /** Open sessions of users now. */
  openSessions(): Promise<number>;
}

const MAX_RUNS = 10_000;

export function memoryRunHistory({
  dbConnections,
  dbQueries,
}: Pick<ForecastMetrics, 'dbConnections' | 'dbQueries'>): RunHistory {
  const runs: EndedRun[] = [];
  const query = <T>(query_type: string, answer: () => T): Promise<T> =>
    dbConnections.track(() => dbQueries.time({ query_type }, async () => answer()));
  return {
    add: (run) =>
      query('insert', () => {
        runs.push(run);
        if (runs.length > MAX_RUNS) runs.shift();
      }),
    since: (from) => query('select', () => runs.filter(({ endedAt }) => endedAt >= from)),
    openSessions: () => query('select', () => 3),
  };
}

/** Milliseconds for unit tests, each of which has five seconds unless it says otherwise. What comes before them loads modules and builds. */
export const unitLimits = { testTimeout: 5000, hookTimeout: 90_000 };

/** For tests behind which there are processes, servers or a browser. They end what hangs and measure nothing: a busy machine takes ten times as long. */
export const processLimits = { testTimeout: 120_000, hookTimeout: 180_000 };

/** Every alert that rules can be generated for. */
export const alertNames: readonly string[] = [
  ...['SystemDown', 'DatabaseDown', 'HighErrorRate', 'SlowResponse', 'SagaFailureRate', 'QueueBacklog', 'FeedSilent'],
  ...['FrequentReconnects', 'LongRunningTask', 'DiskFull', 'HighMemoryUsage', 'HighCPUUsage', 'ErrorBudgetBurn'],
  'TelemetryLost',
];

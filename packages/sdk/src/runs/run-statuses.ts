/** What `status` of `<ns>_runs_total` can be. Every run is `started`, and then one of the others. */
export const runStatuses = ['started', 'success', 'failed', 'cancelled'] as const;

export type RunStatus = (typeof runStatuses)[number];

// Names and labels that the linter must find.
export function declare(metrics) {
  metrics.counter('jobs', { help: 'A counter without its suffix.' });
  metrics.histogram('wait_milliseconds', { help: 'Not the base unit.', buckets: [1, 10] });
  metrics.counter('logins_total', { help: 'Ids as labels.', labelNames: ['user_id', 'run_id'] });
  metrics.gauge('nf_daily_runs_count', { help: 'Grows for ever.', labelNames: ['date'] });
}

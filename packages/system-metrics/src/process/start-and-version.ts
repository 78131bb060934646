import type { MetricGroup } from './metric-group.js';

export const startAndVersion: MetricGroup = (metrics, { clock }) => {
  // Whole seconds, like the kernel and prom-client, so that the value never changes.
  const startSeconds = Math.round(clock.now() / 1000 - process.uptime());
  metrics.gauge('process_start_time_seconds', {
    help: 'When the process started, as Unix time in seconds.',
    unit: 'seconds',
    collect: () => startSeconds,
  });
  const [major = '', minor = '', patch = ''] = process.versions.node.split('.');
  metrics.info('nodejs_version_info', {
    help: 'The version of Node.js that runs the service.',
    labels: { version: process.version, major, minor, patch },
  });
  return () => {};
};

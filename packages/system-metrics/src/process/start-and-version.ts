import type { Part } from './part.js';

export const startAndVersion: Part = (metrics, { clock }) => {
  // Whole seconds, as the kernel's and prom-client's: the same value whenever it is computed.
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

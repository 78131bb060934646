import type { AnnotationJson } from './grafana-json.js';
import { prometheusSource } from './render-panel.js';
import { allOf } from './scope.js';

const versions = `count by (service_version) (${allOf('target_info')}`;

/** Lines across all graphs where a process has started anew, and where a version was first seen. */
export const annotations: readonly AnnotationJson[] = [
  {
    name: 'Annotations & Alerts',
    builtIn: 1,
    type: 'dashboard',
    enable: true,
    hide: true,
    iconColor: 'rgba(0, 211, 255, 1)',
    datasource: { type: 'grafana', uid: '-- Grafana --' },
  },
  {
    name: 'Restarts',
    enable: true,
    iconColor: 'orange',
    datasource: prometheusSource,
    expr: `changes(${allOf('process_start_time_seconds')}[$__rate_interval]) > 0`,
    step: '1m',
    titleFormat: 'Restart',
    textFormat: '{{instance}}',
    tagKeys: 'instance',
  },
  {
    name: 'Deploys',
    enable: true,
    iconColor: 'blue',
    datasource: prometheusSource,
    expr: `${versions}) unless ${versions} offset 5m)`,
    step: '1m',
    titleFormat: 'Deploy',
    textFormat: 'Version {{service_version}}',
    tagKeys: 'service_version',
  },
];

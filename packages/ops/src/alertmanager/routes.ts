import type { Facts, Severity } from '../model/facts.js';

/** After how long a notification is sent again while its alert fires. */
const repeats = { critical: '1h', high: '2h', warning: '6h', others: '12h' } as const satisfies Record<
  Severity | 'others',
  string
>;

/** The tree of routes: a branch for each severity; `medium` is another word for `warning`. */
export function routes(): object {
  return {
    receiver: 'default',
    group_by: ['alertname', 'cluster', 'service', 'severity'],
    group_wait: '10s',
    group_interval: '10s',
    repeat_interval: repeats.others,
    routes: [
      { receiver: 'critical', matchers: ['severity="critical"'], repeat_interval: repeats.critical },
      { receiver: 'high', matchers: ['severity="high"'], repeat_interval: repeats.high },
      { receiver: 'warning', matchers: ['severity=~"medium|warning"'], repeat_interval: repeats.warning },
    ],
  };
}

/**
 * What stays silent because a more important alert says it. Alertmanager takes a label that both alerts lack for equal, so `equal` must
 * name every label that keeps two causes apart.
 */
export function inhibitions({ target }: Facts): object[] {
  // Of several instances one that is down silences its own alerts only; a service that has one is silent as a whole.
  const down = target.addresses.length > 1 ? ['cluster', 'service', 'instance'] : ['cluster', 'service'];
  return [
    { source_matchers: ['alertname="SystemDown"'], target_matchers: ['alertname!="SystemDown"'], equal: down },
    {
      source_matchers: ['alertname="SystemDown"', 'instance=""'],
      target_matchers: ['alertname!="SystemDown"'],
      equal: ['cluster', 'service'],
    },
    {
      source_matchers: ['alertname="DatabaseDown"'],
      target_matchers: ['alertname=~"Database.*"', 'alertname!="DatabaseDown"'],
      equal: ['cluster', 'service'],
    },
    {
      source_matchers: ['alertname="DatabaseDown"'],
      target_matchers: ['signal="database"'],
      equal: ['cluster', 'service'],
    },
    ...severer(['critical'], 'high|medium|warning'),
    ...severer(['high'], 'medium|warning'),
  ];
}

/** The same alert at a higher severity. */
function severer(sources: readonly Severity[], targets: string): object[] {
  return sources.map((source) => ({
    source_matchers: [`severity="${source}"`],
    target_matchers: [`severity=~"${targets}"`],
    equal: ['alertname', 'cluster', 'service', 'signal', 'slo', 'instance'],
  }));
}

import { yamlFile } from '../files/yaml.js';
import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';
import { mailServer, receivers, secretFiles } from './receivers.js';
import { inhibitions, routes } from './routes.js';
import { templateText } from './template-text.js';

/** `alertmanager/`: routing, receivers, templates, and what must be in `secrets/`. */
export function alertmanagerFiles(facts: Facts): OpsFile[] {
  const config = {
    ...(facts.notify.email === undefined ? {} : { global: mailServer(facts.notify) }),
    templates: ['*.tmpl', '../local/alertmanager/*.tmpl'],
    route: routes(),
    receivers: receivers(facts),
    inhibit_rules: inhibitions(facts),
  };
  return [
    yamlFile('alertmanager/alertmanager.yml', config, ['Check it: amtool check-config alertmanager.yml']),
    { path: 'alertmanager/sightline.tmpl', text: templateText },
    { path: 'alertmanager/secrets/README.md', text: secretsPage(facts) },
    { path: 'alertmanager/secrets/.gitignore', text: '*\n!README.md\n!.gitignore\n' },
  ];
}

function secretsPage({ notify }: Facts): string {
  const isUsed = {
    slack_api_url: notify.slack !== undefined,
    pagerduty_routing_key: notify.hasPagerduty,
    smtp_password: notify.email?.username !== undefined,
  };
  const rows = Object.entries(secretFiles)
    .filter(([name]) => isUsed[name as keyof typeof secretFiles])
    .map(([name, what]) => `| \`${name}\` | ${what} |`);
  const table = rows.length === 0 ? 'None is needed.' : ['| file | content |', '| --- | --- |', ...rows].join('\n');
  return `# Secrets of Alertmanager

Each is a file here with the secret and nothing else, readable by Alertmanager only, which runs as the user 65534 in its container. Git ignores them.

${table}
`;
}

import { valueText } from '@sightline/base';
import type { Email, Notify } from '../model/facts.js';
import type { Problems } from './problems.js';

/** Where alerts go; what is not given has its default. */
export function resolveNotify(given: unknown, problems: Problems): Notify {
  const notify = problems.record('notify', given);
  problems.unknownMembers('notify', notify, ['email', 'slack', 'pagerduty', 'webhook']);
  const { email, slack, pagerduty, webhook } = notify;
  if (pagerduty !== undefined && typeof pagerduty !== 'boolean') {
    problems.add(
      `notify.pagerduty is ${valueText(pagerduty)}. Pass true or false; its key is in secrets/pagerduty_routing_key.`,
    );
  }
  return {
    email: email === false || email === undefined ? undefined : emailOf(email, problems),
    slack: slack === false ? undefined : channelsOf(slack, problems),
    hasPagerduty: pagerduty !== false,
    webhookUrl: webhook === undefined ? undefined : urlOf(webhook, problems),
  };
}

function emailOf(given: unknown, problems: Problems): Email {
  const email = problems.record('notify.email', given);
  problems.unknownMembers('notify.email', email, ['to', 'from', 'smarthost', 'username', 'requireTls']);
  const to = problems.text('notify.email.to', email['to']);
  const username = email['username'];
  return {
    to,
    from: problems.text(
      'notify.email.from',
      email['from'],
      `alertmanager@${/@([^@>\s,]+)[^@]*$/.exec(to)?.[1] ?? 'localhost'}`,
    ),
    smarthost: problems.text('notify.email.smarthost', email['smarthost'], 'localhost:25'),
    username: username === undefined ? undefined : problems.text('notify.email.username', username),
    requiresTls: email['requireTls'] !== false,
  };
}

function channelsOf(given: unknown, problems: Problems): Notify['slack'] {
  const slack = problems.record('notify.slack', given);
  problems.unknownMembers('notify.slack', slack, ['critical', 'high', 'medium']);
  const channel = (name: string): string => problems.text(`notify.slack.${name}`, slack[name], `#alerts-${name}`);
  return { critical: channel('critical'), high: channel('high'), warning: channel('medium') };
}

/** The webhook's address is part of the file: one with a password in it is refused. */
function urlOf(given: unknown, problems: Problems): string | undefined {
  const url = URL.canParse(String(given)) ? new URL(String(given)) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    problems.add(`notify.webhook is ${valueText(given)}. Pass an address of http or https.`);
    return undefined;
  }
  if (url.username !== '' || url.password !== '') {
    problems.add('notify.webhook has a user or a password in it, which would be in the generated file. Leave it out.');
    return undefined;
  }
  // Alertmanager would execute a template in it.
  return url.href.replaceAll('{', '%7B').replaceAll('}', '%7D');
}

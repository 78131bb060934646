import type { Facts, Notify, Severity } from '../model/facts.js';
import { templateText } from '../rules/template-text.js';

/** Files in `secrets/`, each with one secret and nothing else. */
export const secretFiles = {
  slack_api_url: 'The URL of Slack’s incoming webhook.',
  pagerduty_routing_key: 'The integration key of PagerDuty’s Events API v2.',
  smtp_password: 'The password of the mail server.',
} as const;

/** A receiver for each severity, and one for alerts without any. */
export function receivers({ notify }: Facts): object[] {
  return [
    { name: 'default', ...slack(notify, 'warning'), ...webhook(notify) },
    { name: 'critical', ...email(notify), ...slack(notify, 'critical'), ...pagerduty(notify), ...webhook(notify) },
    { name: 'high', ...email(notify), ...slack(notify, 'high'), ...webhook(notify) },
    { name: 'warning', ...slack(notify, 'warning'), ...webhook(notify) },
  ];
}

/** The settings of the mail server, for all receivers. */
export function mailServer({ email: mail }: Notify): object {
  if (mail === undefined) return {};
  return {
    smtp_smarthost: mail.smarthost,
    smtp_from: templateText(mail.from),
    smtp_require_tls: mail.requiresTls,
    ...(mail.username === undefined
      ? {}
      : { smtp_auth_username: mail.username, smtp_auth_password_file: 'secrets/smtp_password' }),
  };
}

function email({ email: mail }: Notify): object {
  if (mail === undefined) return {};
  const headers = { Subject: '{{ template "sightline.title" . }}' };
  const bodies = { html: '{{ template "sightline.email.html" . }}', text: '{{ template "sightline.text" . }}' };
  return { email_configs: [{ to: templateText(mail.to), send_resolved: true, headers, ...bodies }] };
}

function slack({ slack: channels }: Notify, severity: Severity): object {
  if (channels === undefined) return {};
  return {
    slack_configs: [
      {
        api_url_file: 'secrets/slack_api_url',
        channel: templateText(channels[severity]),
        send_resolved: true,
        title: '{{ template "sightline.slack.title" . }}',
        fallback: '{{ template "sightline.slack.title" . }}',
        title_link: '{{ template "sightline.link" . }}',
        text: '{{ template "sightline.slack.text" . }}',
        color: '{{ template "sightline.slack.color" . }}',
      },
    ],
  };
}

function pagerduty({ hasPagerduty }: Notify): object {
  if (!hasPagerduty) return {};
  return {
    pagerduty_configs: [
      {
        routing_key_file: 'secrets/pagerduty_routing_key',
        send_resolved: true,
        description: '{{ template "sightline.title" . }}',
        severity: '{{ template "sightline.pagerduty.severity" . }}',
        client: 'Alertmanager',
        client_url: '{{ template "sightline.link" . }}',
        details: { firing: '{{ template "sightline.text" . }}' },
      },
    ],
  };
}

function webhook({ webhookUrl }: Notify): object {
  return webhookUrl === undefined ? {} : { webhook_configs: [{ url: webhookUrl, send_resolved: true }] };
}

import type { Severity } from '../model/facts.js';

/** When an alert is answered, and who is called if it goes on. */
export interface Response {
  readonly answer: string;
  readonly escalate: string;
}

export const responses: Readonly<Record<Severity, Response>> = {
  critical: { answer: 'at once, at any hour', escalate: 'call the next on the rota after 1 h' },
  high: { answer: 'within 1 h', escalate: 'call the team lead after 2 h' },
  warning: { answer: 'within 4 h of working time', escalate: 'hand it over on the next working day' },
};

export const severities: readonly Severity[] = ['critical', 'high', 'warning'];

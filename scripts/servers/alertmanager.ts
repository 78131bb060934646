import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ServerProcess, startServer } from './server-process.js';

/** A real Alertmanager with a configuration of several files. */
export interface Alertmanager extends ServerProcess {
  /** Gives it alerts, as Prometheus does. */
  send(alerts: readonly SentAlert[]): Promise<void>;
  /** Each alert that it has, with what silences it. */
  alerts(): Promise<Array<{ labels: Record<string, string>; isSuppressed: boolean }>>;
}

export interface SentAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly isResolved?: boolean | undefined;
}

/** @param files by path within its folder; `alertmanager.yml` is one of them */
export async function startAlertmanager(files: Readonly<Record<string, string>>): Promise<Alertmanager> {
  const server = await startServer({
    command: 'prometheus-alertmanager',
    ready: '/-/ready',
    arguments(port, folder) {
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), text);
      }
      return [
        '--config.file=alertmanager.yml',
        '--storage.path=data',
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ];
    },
  });
  return {
    ...server,
    async send(alerts) {
      const startsAt = new Date(Date.now() - 60_000).toISOString();
      const body = alerts.map(({ labels, annotations = {}, isResolved = false }) => ({
        labels,
        annotations,
        startsAt,
        ...(isResolved ? { endsAt: new Date(Date.now() - 1000).toISOString() } : {}),
      }));
      const response = await fetch(`${server.url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`Alertmanager refused the alerts: ${await response.text()}`);
    },
    async alerts() {
      const answer = (await (await fetch(`${server.url}/api/v2/alerts`)).json()) as Array<{
        labels: Record<string, string>;
        status: { state: string };
      }>;
      return answer.map(({ labels, status }) => ({ labels, isSuppressed: status.state === 'suppressed' }));
    },
  };
}

import type { VNode } from 'preact';
import type { HealthAnswer } from '../../../../src/model/answers.js';
import { Badge, type Tone } from '../../widgets/badge.js';

const tones: Record<HealthAnswer['status'], Tone> = {
  ready: 'ok',
  'not ready': 'bad',
  draining: 'warn',
  unknown: 'plain',
};

/** Whether the service takes requests, and which checks fail. Nothing where nothing is known. */
export function HealthLine({ health }: { health: HealthAnswer }): VNode | null {
  if (health.status === 'unknown' && health.checks.length === 0) return null;
  const failing = health.checks.filter(({ failure }) => failure !== null);
  return (
    <div class={`health ${failing.length > 0 ? 'bad' : ''}`}>
      <Badge tone={tones[health.status]}>{health.status === 'unknown' ? 'health unknown' : health.status}</Badge>
      {failing.length === 0 ? (
        <span class="dim">
          {health.checks.length === 0 ? 'no checks' : `${health.checks.map(({ name }) => name).join(', ')} answer`}
        </span>
      ) : (
        failing.map(({ name, failure }) => (
          <span key={name}>
            <b>{name}</b> {failure}
          </span>
        ))
      )}
    </div>
  );
}

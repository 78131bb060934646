import type { ComponentChildren, VNode } from 'preact';

export type Tone = 'ok' | 'info' | 'warn' | 'bad' | 'plain';

const signs: Record<Tone, string> = { ok: '✓', info: '', warn: '!', bad: '✕', plain: '' };

/** A word in the colour of its meaning; what is wrong has a sign as well, for those who do not see the colour. */
export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }): VNode {
  return (
    <span class={`badge ${tone}`}>
      {signs[tone] !== '' && (
        <span class="sign" aria-hidden="true">
          {signs[tone]}
        </span>
      )}
      {children}
    </span>
  );
}

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

/** Copies a text. Without a clipboard, as on addresses without https, it says so. */
export function CopyButton({ text, label }: { text: string; label: string }): VNode {
  const [state, setState] = useState<'' | 'copied' | 'not allowed here'>('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('not allowed here');
    }
  };
  return (
    <button type="button" class="quiet" onClick={() => void copy()} aria-label={`Copy ${label}`}>
      {state === '' ? 'copy' : state}
    </button>
  );
}

import type { VNode } from 'preact';

/** A JSON value, indented. As text: whatever it contains stays text. */
export function JsonText({ value, label }: { value: unknown; label: string }): VNode {
  return (
    <pre class="code" tabIndex={0} aria-label={label}>
      {typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? String(value))}
    </pre>
  );
}

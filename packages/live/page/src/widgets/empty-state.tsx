import type { ComponentChildren, VNode } from 'preact';

/** What a page says that has nothing to show, and the code that fills it. */
export function EmptyState({
  title,
  code,
  children,
}: {
  title: string;
  code?: string;
  children?: ComponentChildren;
}): VNode {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <div class="empty-text">{children}</div>}
      {code !== undefined && (
        <pre class="code" tabIndex={0} aria-label="Code">
          {code}
        </pre>
      )}
    </div>
  );
}

/** Three grey lines where an answer is on its way. */
export function Loading({ label = 'Loading' }: { label?: string }): VNode {
  return (
    <div class="loading" role="status">
      <span class="hidden">{label}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

/** An answer that could not be given. */
export function Failed({ problem }: { problem: string }): VNode {
  return (
    <div class="failed" role="alert">
      <b>This cannot be shown.</b> {problem}
    </div>
  );
}

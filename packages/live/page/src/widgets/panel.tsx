import type { ComponentChildren, VNode } from 'preact';

export interface PanelProps {
  readonly title: ComponentChildren;
  /** Beside the title, fainter. */
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly class?: string;
  readonly children?: ComponentChildren;
}

/** A part of a page, with a heading. */
export function Panel({ title, note, actions, children, class: name = '' }: PanelProps): VNode {
  return (
    <section class={`panel ${name}`}>
      <header class="panel-head">
        <h2>{title}</h2>
        {note !== undefined && <span class="note">{note}</span>}
        {actions !== undefined && <span class="panel-actions">{actions}</span>}
      </header>
      {children}
    </section>
  );
}

import type { ComponentChildren, VNode } from 'preact';
import { useShortcut } from '../state/shortcuts.js';

export interface SidePanelProps {
  readonly title: ComponentChildren;
  readonly label: string;
  readonly note?: ComponentChildren;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Details of what is selected in the list beside it. */
export function SidePanel({ title, label, note, onClose, children }: SidePanelProps): VNode {
  useShortcut('Escape', 'close the details', onClose);
  return (
    <aside class="panel side" aria-label={label}>
      <header class="panel-head">
        <h2 class="mono">{title}</h2>
        <button type="button" class="close" onClick={onClose} aria-label="Close the details">
          ×
        </button>
      </header>
      {note !== undefined && <p class="side-note">{note}</p>}
      <div class="side-body" tabIndex={0} role="group" aria-label={`${label}, content`}>
        {children}
      </div>
    </aside>
  );
}

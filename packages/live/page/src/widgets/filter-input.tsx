import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface FilterInputProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  /** What is wrong with it. */
  readonly problem?: string | null;
  readonly onChange: (value: string) => void;
}

const quietMs = 180;

/** A text that filters what is shown, a moment after the last letter. `/` leads to it. */
export function FilterInput({ label, value, placeholder, problem = null, onChange }: FilterInputProps): VNode {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const sent = useRef(value);
  // Not after the paint: it would undo a letter that was typed before.
  useLayoutEffect(() => {
    if (value === sent.current) return; // our own change has come back
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const send = (next: string): void => {
    clearTimeout(timer.current);
    sent.current = next;
    onChange(next);
  };
  return (
    <span class="filter">
      <input
        type="search"
        data-filter
        aria-label={label}
        aria-invalid={problem !== null}
        aria-keyshortcuts="/"
        placeholder={placeholder}
        value={text}
        spellcheck={false}
        autocomplete="off"
        onInput={({ currentTarget }) => {
          const next = currentTarget.value;
          setText(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => send(next), quietMs);
        }}
        onKeyDown={({ key }) => {
          if (key === 'Enter') send(text);
        }}
      />
      {problem !== null && (
        <span class="filter-problem" role="status">
          {problem}
        </span>
      )}
    </span>
  );
}

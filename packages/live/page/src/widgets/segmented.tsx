import type { VNode } from 'preact';

export interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: ReadonlyArray<{ readonly value: Value; readonly title: string }>;
  readonly onChoose: (value: Value) => void;
}

/** One of a few choices, side by side. */
export function Segmented<Value extends string>({ label, value, choices, onChoose }: SegmentedProps<Value>): VNode {
  return (
    <fieldset class="segmented">
      <legend class="hidden">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} class={choice.value === value ? 'chosen' : undefined}>
          <input
            type="radio"
            name={label}
            class="hidden"
            checked={choice.value === value}
            onChange={() => onChoose(choice.value)}
          />
          {choice.title}
        </label>
      ))}
    </fieldset>
  );
}

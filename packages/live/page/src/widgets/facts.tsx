import type { ComponentChildren, VNode } from 'preact';

export interface Fact {
  readonly name: string;
  readonly value: ComponentChildren;
  /** Where a click on the value leads. */
  readonly href?: string | undefined;
}

/** Names and values, such as the attributes of a span. */
export function Facts({ facts, label }: { facts: readonly Fact[]; label?: string }): VNode {
  return (
    <dl class="facts" aria-label={label}>
      {facts.map(({ name, value, href }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{href === undefined ? value : <a href={href}>{value}</a>}</dd>
        </div>
      ))}
    </dl>
  );
}

import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { listWindow, movedIndex, scrolledTo } from './list-window.js';

export interface VirtualGridProps {
  readonly label: string;
  /** Chooses the columns by CSS. */
  readonly class: string;
  readonly columns: ReadonlyArray<{ readonly title: string; readonly class?: string }>;
  readonly count: number;
  readonly rowHeight: number;
  /** The cells of a row, of `role="gridcell"`. */
  readonly renderRow: (index: number) => ComponentChildren;
  readonly rowClass?: (index: number) => string;
  /** Attributes of a row, such as its level in a tree. */
  readonly rowAttributes?: (index: number) => Readonly<Record<string, string | number | boolean | undefined>>;
  readonly isTree?: boolean;
  readonly selected: number;
  /** Enter, or a click. */
  readonly onOpen: (index: number) => void;
  /** An arrow led to a row while another one is open. */
  readonly onPass?: (index: number) => void;
  readonly onKey?: (key: string, index: number) => boolean;
  /** Keeps the end in sight while new rows come, unless the reader has scrolled away from it. */
  readonly follow?: boolean;
  readonly onFollowing?: (isFollowing: boolean) => void;
  /** Differs for each row. With it, what is in sight stays where it is while rows come and go above. */
  readonly idOf?: (index: number) => string | undefined;
  /** The grid itself, to scroll from outside. */
  readonly onGrid?: (element: HTMLElement | null) => void;
}

const headHeight = 26;
let grids = 0;

interface Kept {
  readonly index: number;
  readonly id: string | undefined;
}

const nowhere: Kept = { index: -1, id: undefined };

/**
 * A list of any length, of which only what is in sight is drawn. It is one stop for Tab; arrows, Home, End and Page keys move in it, Enter
 * opens. The focus stays on the list and `aria-activedescendant` names the row, because the row may be scrolled out of the document.
 */
export function VirtualGrid(props: VirtualGridProps): VNode {
  const { count, rowHeight, selected, follow = false } = props;
  const grid = useRef<HTMLDivElement>(null);
  const [id] = useState(() => `grid${++grids}`);
  const [active, setActive] = useState(-1);
  const [height, setHeight] = useState(600);
  const [scrolled, setScrolled] = useState({ from: 0, to: 0 });
  const isFollowing = useRef(follow);
  /** The uppermost row in sight and the row that keys are at, to find them again. */
  const kept = useRef<{ top: Kept; active: Kept }>({ top: nowhere, active: nowhere });
  // The end of a list that follows is known without asking the browser, which would have to lay it out for the answer.
  const { from, to } =
    follow && isFollowing.current
      ? windowAt(count * rowHeight - height)
      : { from: Math.min(scrolled.from, count), to: Math.min(scrolled.to, count) };

  function windowAt(scrollTop: number): { from: number; to: number } {
    return listWindow({ scrollTop, height, rowHeight, count });
  }
  const look = (): void => {
    const next = windowAt(grid.current?.scrollTop ?? 0);
    setScrolled((before) => (before.from === next.from && before.to === next.to ? before : next));
  };

  useEffect(() => {
    const element = grid.current;
    if (element === null) return undefined;
    props.onGrid?.(element);
    const observer = new ResizeObserver(() => {
      setHeight(element.clientHeight - headHeight);
      if (isFollowing.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      props.onGrid?.(null);
    };
  }, []);

  // Before the browser paints, so that what is read does not jump.
  useLayoutEffect(() => {
    const element = grid.current;
    if (element === null) return;
    const { idOf } = props;
    const top = movedBy(kept.current.top, idOf);
    if (top !== 0 && !isFollowing.current) element.scrollTop += top * rowHeight;
    const active = kept.current.active.index + movedBy(kept.current.active, idOf);
    setActive(active);
    kept.current.active = { index: active, id: idOf?.(active) };
    if (follow && isFollowing.current) element.scrollTop = count * rowHeight;
    else look();
    const index = Math.floor(element.scrollTop / rowHeight);
    kept.current.top = { index, id: idOf?.(index) };
  }, [count, props.idOf, follow, height]);

  useLayoutEffect(() => {
    kept.current.active = { index: active, id: props.idOf?.(active) };
  }, [active]);

  const scrollTo = (index: number): void => {
    const element = grid.current;
    if (element === null) return;
    element.scrollTop = scrolledTo(index, {
      scrollTop: element.scrollTop,
      height: element.clientHeight - headHeight,
      rowHeight,
    });
  };

  // Not after the paint: it would undo a key that was pressed before.
  useLayoutEffect(() => {
    if (selected < 0) return;
    setActive(selected);
    scrollTo(selected);
  }, [selected]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== grid.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = active >= 0 ? active : selected;
    if (event.key === 'Enter' && at >= 0) props.onOpen(at);
    else if (props.onKey?.(event.key, at) !== true) {
      const next = movedIndex(event.key, at, count, Math.max(1, Math.floor(height / rowHeight) - 1));
      if (next === undefined) return;
      setActive(next);
      scrollTo(next);
      if (selected >= 0) props.onPass?.(next);
    }
    event.preventDefault();
  };

  // An element is used again for the row that comes into sight: to make new ones costs three times as much.
  const slots = Math.ceil(height / rowHeight) + 14;
  const rows = [];
  for (let index = from; index < to; index++) {
    const isSelected = index === selected;
    rows.push(
      <div
        key={index % slots}
        id={`${id}-${index}`}
        role="row"
        aria-rowindex={index + 2}
        aria-selected={isSelected}
        class={`row ${isSelected ? 'selected' : ''} ${index === active ? 'active' : ''} ${props.rowClass?.(index) ?? ''}`}
        onClick={() => {
          if ((getSelection()?.toString() ?? '') !== '') return;
          setActive(index);
          props.onOpen(index);
        }}
        {...props.rowAttributes?.(index)}
      >
        {props.renderRow(index)}
      </div>,
    );
  }

  return (
    <div
      ref={grid}
      class={`grid ${props.class}`}
      role={props.isTree ? 'treegrid' : 'grid'}
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-activedescendant={active >= from && active < to ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={() => {
        if (active < 0 && count > 0) setActive(follow ? count - 1 : Math.max(0, selected));
      }}
      onScroll={({ currentTarget: { scrollTop, clientHeight } }) => {
        // `height` may be of before the window was laid out.
        const isAtEnd = scrollTop + clientHeight - headHeight >= (count - 1) * rowHeight;
        if (follow && isAtEnd !== isFollowing.current) {
          isFollowing.current = isAtEnd;
          props.onFollowing?.(isAtEnd);
        }
        const index = Math.floor(scrollTop / rowHeight);
        kept.current.top = { index, id: props.idOf?.(index) };
        if (!isFollowing.current) look();
      }}
    >
      <div class="grid-head" role="row" aria-rowindex={1}>
        {props.columns.map(({ title, class: name }) => (
          <span key={title} role="columnheader" class={name}>
            {title}
          </span>
        ))}
      </div>
      <div class="grid-space" role="rowgroup" style={{ height: `${count * rowHeight}px` }}>
        <div role="presentation" style={{ transform: `translateY(${from * rowHeight}px)` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}

/** By how many places a row has moved; 0 if it has gone. It is looked for from where it was, since it is never far. */
function movedBy({ index, id }: Kept, idOf: VirtualGridProps['idOf']): number {
  if (id === undefined || idOf === undefined) return 0;
  for (let distance = 0; ; distance++) {
    if (idOf(index + distance) === id) return distance;
    if (idOf(index - distance) === id) return -distance;
    const isOutside = idOf(index + distance) === undefined && idOf(index - distance) === undefined;
    if (distance > 0 && isOutside) return 0;
  }
}

import type { ComponentChildren, VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { movedIndex } from './list-window.js';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** In narrow places columns of rank 3 go first, then those of rank 2. */
  readonly rank?: 1 | 2 | 3;
  /** Takes the room that is left, and is cut with an ellipsis. */
  readonly isWide?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
  /** Lets readers sort by it: text from A, numbers from the largest. */
  readonly sortBy?: (row: Row) => number | string;
}

export interface DataTableProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: ReadonlyArray<Column<Row>>;
  readonly keyOf: (row: Row) => string;
  /** Where a row leads. */
  readonly hrefOf?: (row: Row) => string | undefined;
  readonly isSelected?: (row: Row) => boolean;
  readonly isBad?: (row: Row) => boolean;
}

/** A table of few rows. Each row is a link; one of them is reached by Tab, the others by arrows. */
export function DataTable<Row>(props: DataTableProps<Row>): VNode {
  const { label, columns, keyOf, hrefOf } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [sort, setSort] = useState<{ key: string; isUpward: boolean } | null>(null);
  const [active, setActive] = useState(0);
  const rows = sorted(props.rows, columns, sort);

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = movedIndex(event.key, active, rows.length, 10);
    if (next === undefined || !(event.target instanceof HTMLElement) || event.target.dataset['row'] === undefined)
      return;
    event.preventDefault();
    setActive(next);
    body.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus();
  };

  return (
    <table class="table" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.key}
              scope="col"
              class={classOf(column)}
              aria-sort={sort?.key !== column.key ? undefined : sort.isUpward ? 'ascending' : 'descending'}
            >
              {column.sortBy === undefined ? (
                column.title
              ) : (
                <button type="button" class="sort" onClick={() => setSort(nextSort(sort, column))}>
                  {column.title}
                  {sort?.key === column.key && <span aria-hidden="true">{sort.isUpward ? ' ↑' : ' ↓'}</span>}
                </button>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={onKeyDown}>
        {rows.map((row, index) => {
          const href = hrefOf?.(row);
          return (
            <tr
              key={keyOf(row)}
              class={`${href === undefined ? '' : 'leads'} ${props.isSelected?.(row) ? 'selected' : ''} ${props.isBad?.(row) ? 'bad' : ''}`}
              onClick={(event) => {
                if (href !== undefined && isPlainClick(event)) location.hash = href;
              }}
            >
              {columns.map((column, place) =>
                place === 0 ? (
                  <th key={column.key} scope="row" class={classOf(column)} onMouseEnter={titleIfCut}>
                    {href === undefined ? (
                      column.cell(row)
                    ) : (
                      <a
                        href={href}
                        data-row={index}
                        tabIndex={index === Math.min(active, rows.length - 1) ? 0 : -1}
                        aria-current={props.isSelected?.(row) ? 'true' : undefined}
                        onFocus={() => setActive(index)}
                      >
                        {column.cell(row)}
                      </a>
                    )}
                  </th>
                ) : (
                  <td key={column.key} class={classOf(column)} onMouseEnter={titleIfCut}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** What does not fit is there to be read; a title that the cell has itself says more. */
function titleIfCut({ currentTarget: cell }: { readonly currentTarget: HTMLElement }): void {
  if (cell.querySelector('[title]') !== null) return;
  if (cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent ?? '';
  else cell.removeAttribute('title');
}

function classOf<Row>({ isNumber, rank = 1, isWide }: Column<Row>): string {
  return `${isNumber ? 'n' : ''} ${isWide ? 'wide' : ''} rank${rank}`.trim();
}

function nextSort<Row>(sort: { key: string; isUpward: boolean } | null, column: Column<Row>): typeof sort {
  if (sort?.key !== column.key) return { key: column.key, isUpward: column.isNumber !== true };
  return sort.isUpward === (column.isNumber !== true) ? { key: column.key, isUpward: !sort.isUpward } : null;
}

function sorted<Row>(
  rows: readonly Row[],
  columns: ReadonlyArray<Column<Row>>,
  sort: { key: string; isUpward: boolean } | null,
): readonly Row[] {
  const by = columns.find(({ key }) => key === sort?.key)?.sortBy;
  if (by === undefined || sort === null) return rows;
  const direction = sort.isUpward ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [left, right] = [by(a), by(b)];
    return left === right ? 0 : (left < right ? -1 : 1) * direction;
  });
}

/** Not one on a link or button in the row, nor the end of a selection of text. */
function isPlainClick(event: MouseEvent): boolean {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  if (event.target instanceof Element && event.target.closest('a, button, input, select') !== null) return false;
  return (getSelection()?.toString() ?? '') === '';
}

import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatDuration } from '../format/duration.js';
import { formatCount } from '../format/number.js';
import { about, connection, serverNow, services } from '../state/connection.js';
import { go, hrefTo, view } from '../state/location.js';
import { useShortcut } from '../state/shortcuts.js';
import { pages } from './page-list.js';

/** The way to all pages, and what this is. A bar at the top in narrow windows. */
export function Rail(): VNode {
  const current = view.value.page;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const link = list.current?.querySelector('[aria-current]');
    if (link instanceof HTMLElement && list.current !== null && list.current.scrollWidth > list.current.clientWidth) {
      list.current.scrollLeft = link.offsetLeft - list.current.clientWidth / 2 + link.clientWidth / 2;
    }
  }, [current]);
  return (
    <nav class="rail" aria-label="Pages">
      <a class="brand" href={hrefTo({ page: 'overview', parameters: {} })}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M1 8h4M11 8h4M8 1v4M8 11v4" />
          <circle cx="8" cy="8" r="2.5" />
        </svg>
        Sightline
      </a>
      <ul ref={list}>
        {pages.map((page, index) => (
          <RailLink key={page.id} id={page.id} title={page.title} digit={String(index + 1)} />
        ))}
        {(about.value?.pages ?? []).map((page) => (
          <RailLink key={`own/${page.id}`} id={`own/${page.id}`} title={page.title} />
        ))}
      </ul>
      <RailFoot />
    </nav>
  );
}

function RailLink({ id, title, digit }: { id: string; title: string; digit?: string }): VNode {
  useShortcut(digit ?? `page ${id}`, title, () => go({ page: id, parameters: {} }), digit !== undefined);
  return (
    <li class={digit === undefined ? 'own' : undefined}>
      <a
        href={hrefTo({ page: id, parameters: {} })}
        aria-current={view.value.page === id ? 'page' : undefined}
        aria-keyshortcuts={digit}
      >
        <span>{title}</span>
        {digit !== undefined && <kbd aria-hidden="true">{digit}</kbd>}
      </a>
    </li>
  );
}

function RailFoot(): VNode {
  const now = useMinute();
  const facts = about.value;
  const state = connection.value.kind;
  return (
    <footer class="rail-foot">
      {facts?.service != null && (
        <p>
          <b>{facts.service.name}</b> {facts.service.version}
          <br />
          {facts.service.environment !== '' && <>{facts.service.environment} · </>}pid {facts.process.pid}
          <br />
          up {now - facts.startedMs < 60_000 ? 'less than a minute' : formatDuration(now - facts.startedMs)}
        </p>
      )}
      {facts?.kind === 'viewer' && (
        <p>
          <b>viewer</b> {facts.version}
          <br />
          {formatCount(services.value.length, 'service')}
        </p>
      )}
      <p>
        {state === 'open' ? (
          <span class="on">connected</span>
        ) : (
          <span class="off">{state === 'connecting' ? 'connecting' : 'not connected'}</span>
        )}
      </p>
      <p>
        keys: <kbd>?</kbd>
      </p>
    </footer>
  );
}

/** The time, renewed each minute. */
function useMinute(): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), 60_000);
    return () => clearInterval(timer);
  }, [about.value]);
  return now;
}

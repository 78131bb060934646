import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { about, connection } from '../state/connection.js';
import { view } from '../state/location.js';
import { pausedAtMs } from '../state/pause.js';
import { Help } from './help.js';
import { Notices } from './notices.js';
import { pageOf } from './page-list.js';
import { Rail } from './rail.js';
import { TopBar } from './top-bar.js';
import { Unauthorised } from './unauthorised.js';

/** The page: the rail of all pages, and the one that the address names. */
export function App(): VNode {
  const page = pageOf(view.value.page, about.value);
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  const place = about.value?.service?.name ?? 'viewer';

  useEffect(() => {
    document.title = `${page.title} · ${place} · Sightline`;
  }, [page.title, place]);
  useLayoutEffect(() => {
    // Another page is read from its heading, as if it had been loaded. Before the next key, which may lead to the filter.
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [view.value.page]);

  if (connection.value.kind === 'unauthorised') return <Unauthorised />;
  const { Content } = page;
  return (
    <>
      <button type="button" class="skip" onClick={() => heading.current?.focus()}>
        Skip to the content
      </button>
      <Rail />
      <main id="main" class={pausedAtMs.value === null ? undefined : 'paused'}>
        <TopBar title={page.title} heading={heading} hasService={page.hasService} hasTime={page.hasTime} />
        <Notices />
        <Content key={view.value.page} />
      </main>
      <Help />
    </>
  );
}

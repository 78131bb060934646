import type { ComponentType } from 'preact';
import type { AboutAnswer } from '../../../src/model/answers.js';
import { DatabasePage } from '../pages/database-page.js';
import { FlowPage } from '../pages/flow-page.js';
import { LogsPage } from '../pages/logs-page.js';
import { MessagesPage } from '../pages/messages-page.js';
import { MetricsPage } from '../pages/metrics-page.js';
import { OverviewPage } from '../pages/overview-page.js';
import { OwnPage } from '../pages/own-page.js';
import { RuntimePage } from '../pages/runtime-page.js';
import { SettingsPage } from '../pages/settings-page.js';
import { TracesPage } from '../pages/traces-page.js';
import { UnknownPage } from '../pages/unknown-page.js';

export interface PageEntry {
  readonly id: string;
  readonly title: string;
  readonly Content: ComponentType;
  /** Whether one may choose a service for it, and a time. */
  readonly hasService: boolean;
  readonly hasTime: boolean;
}

/** In the order of the digits that lead to them. */
export const pages: readonly PageEntry[] = [
  { id: 'overview', title: 'Overview', Content: OverviewPage, hasService: true, hasTime: true },
  { id: 'metrics', title: 'Metrics', Content: MetricsPage, hasService: true, hasTime: true },
  { id: 'traces', title: 'Traces', Content: TracesPage, hasService: true, hasTime: true },
  { id: 'logs', title: 'Logs', Content: LogsPage, hasService: true, hasTime: true },
  { id: 'messages', title: 'Messages', Content: MessagesPage, hasService: true, hasTime: false },
  { id: 'flow', title: 'Flow', Content: FlowPage, hasService: false, hasTime: true },
  { id: 'runtime', title: 'Runtime', Content: RuntimePage, hasService: true, hasTime: true },
  { id: 'database', title: 'Database', Content: DatabasePage, hasService: true, hasTime: true },
  { id: 'settings', title: 'Settings', Content: SettingsPage, hasService: false, hasTime: false },
];

export function pageOf(id: string, about: AboutAnswer | null): PageEntry {
  const found = pages.find((page) => page.id === id);
  if (found !== undefined) return found;
  if (id.startsWith('own/')) {
    const title = about?.pages.find((page) => `own/${page.id}` === id)?.title ?? id.slice('own/'.length);
    return { id, title, Content: OwnPage, hasService: false, hasTime: false };
  }
  return { id, title: 'No such page', Content: UnknownPage, hasService: false, hasTime: false };
}

import type { VNode } from 'preact';
import { useCallback } from 'preact/hooks';
import type { MessagesAnswer, TopicsAnswer } from '../../../src/model/answers.js';
import type { LiveMessage } from '../../../src/model/message.js';
import { formatClock, formatFull } from '../format/time.js';
import { shortId } from '../format/value.js';
import { about, services } from '../state/connection.js';
import { go, parameter, view } from '../state/location.js';
import { useAnswer } from '../state/use-answer.js';
import { useTail } from '../state/use-tail.js';
import { EmptyState, Failed, Loading } from '../widgets/empty-state.js';
import { FilterInput } from '../widgets/filter-input.js';
import { VirtualGrid } from '../widgets/virtual-grid.js';
import { examples } from './examples.js';
import { GapCells } from './gap-cells.js';
import { MessageDetails } from './messages/message-details.js';
import { payloadText } from './messages/payload-text.js';
import { TopicList } from './messages/topic-list.js';
import { TypeTable } from './messages/type-table.js';
import { ViewerWelcome } from './viewer-welcome.js';

const maxMessages = 2000;

/** The messages of all topics as they come, what they contain, and what they led to. */
export function MessagesPage(): VNode {
  const topic = parameter('topic');
  const type = parameter('type');
  const filter = parameter('filter');
  const traceId = parameter('trace');
  const source = parameter('source') || (view.value.service ?? '');
  const topics = useAnswer<TopicsAnswer>('topics', {}).answer;
  const tailed = useTail<LiveMessage, MessagesAnswer>(
    'messages',
    {
      ...(topic !== '' && { topic }),
      ...(type !== '' && { type }),
      ...(filter !== '' && { filter }),
      ...(traceId !== '' && { traceId }),
      ...(source !== '' && { source }),
      limit: '500',
    },
    { rowsOf: ({ messages }) => messages, timeOf: ({ timestampMs }) => timestampMs, maxRows: maxMessages },
  );
  const messageId = parameter('message');
  const statistics = topics?.topics.find((each) => each.topic === topic);
  const isEmpty = topics?.topics.every(({ published }) => published === 0);

  if (isEmpty === true && tailed.tail.entries.length === 0) {
    if (about.value?.kind === 'viewer' && services.value.length === 0) return <ViewerWelcome />;
    return (
      <EmptyState title="No messages yet." code={examples.messages}>
        <p>Command, query and event buses of @sightline/cqrs show theirs by themselves, and so do sagas.</p>
      </EmptyState>
    );
  }
  return (
    <section class="page-fill" aria-label="Messages">
      <TopicList topics={topics?.topics ?? []} topic={topic} />
      <div class="tools">
        <FilterInput
          label="Filter of messages"
          value={filter}
          placeholder="words of type, source or payload"
          onChange={(next) => go({ parameters: { filter: next } }, { replace: true })}
        />
        {(
          [
            ['type', type, type],
            ['source', parameter('source'), source],
            ['trace', traceId, shortId(traceId)],
          ] as const
        ).map(
          ([name, value, text]) =>
            value !== '' && (
              <span class="chip" key={name}>
                {name} <span class="mono">{text}</span>
                <button
                  type="button"
                  aria-label={`Remove the filter ${name} ${text}`}
                  onClick={() => go({ parameters: { [name]: undefined } })}
                >
                  ×
                </button>
              </span>
            ),
        )}
      </div>
      {tailed.failure !== null && <Failed problem={tailed.failure.problem} />}
      <div class={`split messages-split ${messageId === '' ? '' : 'open'}`}>
        {statistics !== undefined && statistics.types.length > 0 && <TypeTable statistics={statistics} type={type} />}
        <div class="split-main">
          {tailed.answer === null ? <Loading /> : <Stream key={tailed.key} tailed={tailed} messageId={messageId} />}
        </div>
        {messageId !== '' && <MessageDetails messageId={messageId} />}
      </div>
    </section>
  );
}

function Stream({
  tailed,
  messageId,
}: {
  tailed: ReturnType<typeof useTail<LiveMessage, MessagesAnswer>>;
  messageId: string;
}): VNode {
  const { tail, isLoading } = tailed;
  const idOf = useCallback((index: number) => tail.entries[index]?.id, [tail]);
  if (tail.entries.length === 0) return <EmptyState title="No message matches." />;
  const selected = messageId === '' ? -1 : tail.entries.findIndex(({ id }) => id === messageId);
  const idAt = (index: number): string | undefined => {
    const entry = tail.entries[index];
    return entry?.kind === 'row' ? entry.id : undefined;
  };
  return (
    <VirtualGrid
      label="Messages"
      class={`messages panel ${isLoading ? 'stale' : ''}`}
      columns={[
        { title: 'time', class: 'c-time' },
        { title: 'topic', class: 'c-topic' },
        { title: 'type' },
        { title: 'source', class: 'c-source' },
        { title: 'payload', class: 'c-payload' },
      ]}
      count={tail.entries.length}
      rowHeight={26}
      selected={selected}
      follow
      idOf={idOf}
      onOpen={(index) =>
        go(
          { parameters: { message: idAt(index) === messageId ? undefined : idAt(index) } },
          { replace: messageId !== '' },
        )
      }
      onPass={(index) => {
        const id = idAt(index);
        if (id !== undefined) go({ parameters: { message: id } }, { replace: true });
      }}
      rowClass={(index) => (tail.entries[index]?.kind === 'gap' ? 'gap' : '')}
      renderRow={(index) => {
        const entry = tail.entries[index];
        if (entry === undefined) return null;
        return entry.kind === 'gap' ? <GapCells count={entry.count} what="message" /> : <Cells message={entry.row} />;
      }}
    />
  );
}

function Cells({ message }: { message: LiveMessage }): VNode {
  const { timestampMs, topic, type, source, payload } = message;
  return (
    <>
      <span role="gridcell" class="faint mono c-time">
        <time title={formatFull(timestampMs)}>{formatClock(timestampMs)}</time>
      </span>
      <span role="gridcell" class="c-topic cut dim">
        {topic}
      </span>
      <span role="gridcell" class="mono cut">
        <b>{type}</b>
      </span>
      <span role="gridcell" class="c-source cut dim">
        {source}
      </span>
      <span role="gridcell" class="mono cut c-payload dim">
        {payloadText(payload)}
      </span>
    </>
  );
}

import type { VNode } from 'preact';
import type { MessageAnswer } from '../../../../src/model/answers.js';
import type { LiveMessage } from '../../../../src/model/message.js';
import { formatDuration } from '../../format/duration.js';
import { formatCount } from '../../format/number.js';
import { formatClock, formatFull } from '../../format/time.js';
import { shortId } from '../../format/value.js';
import { go, hrefTo } from '../../state/location.js';
import { useAnswer } from '../../state/use-answer.js';
import { Loading } from '../../widgets/empty-state.js';
import { Facts } from '../../widgets/facts.js';
import { JsonText } from '../../widgets/json-text.js';
import { SidePanel } from '../../widgets/side-panel.js';
import { chainLevels } from './chain-levels.js';

/** A message whole, and the chain of those that belong to it. */
export function MessageDetails({ messageId }: { messageId: string }): VNode {
  const { answer, failure } = useAnswer<MessageAnswer>(`messages/${encodeURIComponent(messageId)}`, {});
  const close = (): void => go({ parameters: { message: undefined } });
  if (answer === null) {
    return (
      <SidePanel label="Message" title="Message" onClose={close}>
        {failure === null ? <Loading /> : <p>This message is no longer kept.</p>}
      </SidePanel>
    );
  }
  const { message, chain } = answer;
  const { traceId } = message;
  return (
    <SidePanel
      label="Message"
      title={message.type}
      note={
        <>
          {message.topic} · {message.source}
        </>
      }
      onClose={close}
    >
      <Facts
        facts={[
          {
            name: 'time',
            value: <time title={formatFull(message.timestampMs)}>{formatClock(message.timestampMs)}</time>,
          },
          {
            name: 'trace',
            value: traceId === null ? 'outside of a span' : shortId(traceId),
            href:
              traceId === null
                ? undefined
                : hrefTo({ page: 'traces', parameters: { trace: traceId, span: message.spanId ?? undefined } }),
          },
          ...(traceId === null
            ? []
            : [
                {
                  name: 'log lines',
                  value: 'of its trace',
                  href: hrefTo({ page: 'logs', parameters: { trace: traceId } }),
                },
              ]),
          ...(message.correlationId === null ? [] : [{ name: 'correlation', value: message.correlationId }]),
          ...(message.messageId === null ? [] : [{ name: 'message id', value: message.messageId }]),
        ]}
      />
      <h3>Payload{message.isCut && <span class="faint"> (only its beginning is kept)</span>}</h3>
      <JsonText value={message.payload} label="Payload" />
      <h3>
        Chain <span class="faint">{formatCount(chain.length, 'message')}</span>
      </h3>
      <Chain chain={chain} messageId={messageId} />
    </SidePanel>
  );
}

function Chain({ chain, messageId }: { chain: readonly LiveMessage[]; messageId: string }): VNode {
  const levels = chainLevels(chain);
  const startMs = chain[0]?.timestampMs ?? 0;
  return (
    <ol class="chain">
      {chain.map((message, index) => (
        <li key={message.id} style={{ paddingLeft: `${Math.min(levels[index] ?? 0, 8) * 14}px` }}>
          <a
            href={hrefTo({ page: 'messages', parameters: { message: message.id } })}
            aria-current={message.id === messageId ? 'true' : undefined}
          >
            <time>+{formatDuration(message.timestampMs - startMs)}</time> <b>{message.type}</b>{' '}
            <span class="faint">{message.source}</span>
          </a>
        </li>
      ))}
    </ol>
  );
}

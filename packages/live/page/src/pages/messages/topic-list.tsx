import type { VNode } from 'preact';
import type { TopicStatistics } from '../../../../src/model/message.js';
import { formatNumber } from '../../format/number.js';
import { formatRate } from '../../format/unit.js';
import { hrefTo } from '../../state/location.js';

/** The topics with what goes through them. */
export function TopicList({ topics, topic }: { topics: readonly TopicStatistics[]; topic: string }): VNode {
  const all = topics.reduce((sum, { perSecond }) => sum + perSecond, 0);
  const published = topics.reduce((sum, each) => sum + each.published, 0);
  return (
    <nav class="topics" aria-label="Topics">
      <ul>
        <TopicLink name="all" id="" rate={all} published={published} overwritten={0} isChosen={topic === ''} />
        {topics.map((each) => (
          <TopicLink
            key={each.topic}
            name={each.topic}
            id={each.topic}
            rate={each.perSecond}
            published={each.published}
            overwritten={each.overwritten}
            isChosen={each.topic === topic}
          />
        ))}
      </ul>
    </nav>
  );
}

function TopicLink(props: {
  name: string;
  id: string;
  rate: number;
  published: number;
  overwritten: number;
  isChosen: boolean;
}): VNode {
  const { name, id, rate, published, overwritten, isChosen } = props;
  return (
    <li>
      <a
        href={hrefTo({ parameters: { topic: id, type: undefined, message: undefined } })}
        aria-current={isChosen ? 'true' : undefined}
      >
        <b>{name}</b>
        <span>{formatRate(rate)}</span>
        <small>
          {formatNumber(published)} in all
          {overwritten > 0 && <span class="topic-lost">, {formatNumber(overwritten)} older dropped</span>}
        </small>
      </a>
    </li>
  );
}

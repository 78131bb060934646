import type { Span } from '@opentelemetry/api';
import { valueText } from '@sightline/base';

/** A call on a span that has no effect, because the span has ended. */
export interface SpanMisuse {
  readonly span: string;
  /** Such as `was ended twice`. */
  readonly misuse: string;
  /** Where the span was started. */
  readonly startedAt: string;
}

/** Reports calls that the SDK ignores silently. */
export interface SpanWatch {
  /** Called once for each span when it starts. */
  watch(span: Span): void;
  startedAt(span: Span): string;
}

export function spanWatch(onMisuse: (misuse: SpanMisuse) => void): SpanWatch {
  const started = new WeakMap<Span, string>();

  const refused = (span: Span, misuse: () => string): boolean => {
    if (span.isRecording()) return false;
    const { name } = span as Span & { name: string };
    onMisuse({ span: name, misuse: misuse(), startedAt: started.get(span) ?? 'an unknown place' });
    return true;
  };

  return {
    startedAt: (span) => started.get(span) ?? 'an unknown place',
    watch(span) {
      started.set(span, callers());
      const { end, addEvent, recordException } = span;
      span.end = (time) => {
        if (!refused(span, () => 'was ended twice')) end.call(span, time);
      };
      span.addEvent = (name, attributesOrTime, time) => {
        if (refused(span, () => `was given the event ${valueText(name)} after its end`)) return span;
        return addEvent.call(span, name, attributesOrTime, time);
      };
      span.recordException = (exception, time) => {
        if (!refused(span, () => 'was given an exception after its end')) recordException.call(span, exception, time);
      };
      const { setAttribute, setAttributes, setStatus, updateName, addLink, addLinks } = span;
      const guarded =
        <Args extends unknown[]>(method: (...args: Args) => Span, misuse: (...args: Args) => string) =>
        (...args: Args): Span =>
          refused(span, () => `${misuse(...args)} after its end`) ? span : method.apply(span, args);
      span.setAttribute = guarded(
        setAttribute,
        (key) => `was given the attribute ${valueText(key)}`,
      ) as Span['setAttribute'];
      span.setAttributes = guarded(setAttributes, () => 'was given attributes') as Span['setAttributes'];
      span.setStatus = guarded(setStatus, () => 'was given a status') as Span['setStatus'];
      span.updateName = guarded(updateName, (name) => `was renamed to ${valueText(name)}`) as Span['updateName'];
      span.addLink = guarded(addLink, () => 'was given a link') as Span['addLink'];
      span.addLinks = guarded(addLinks, () => 'was given links') as Span['addLinks'];
    },
  };
}

const MAX_FRAMES = 4;

/** The caller, outside of the code that starts spans. */
function callers(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  const frames = stack.split('\n').slice(1);
  const outside = frames.filter(
    (frame) => !/@opentelemetry|[\\/](packages|@sightline)[\\/](tracing|testing)[\\/](src|dist)[\\/]|node:/.test(frame),
  );
  return (outside.length === 0 ? frames : outside)
    .slice(0, MAX_FRAMES)
    .map((frame) => frame.trim())
    .join('\n    ');
}

import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

/**
 * Where one kind of message keeps its fields: what a propagator reads from and writes to. Any `TextMapPropagator` takes it as
 * getter and as setter.
 *
 * `get` returns all values of a repeated field, bytes as a string, and `undefined` for an absent field. `set` replaces the
 * field, and creates the place for fields if the message has none yet.
 */
export interface CarrierAdapter<Message> extends TextMapGetter<Message>, TextMapSetter<Message> {}

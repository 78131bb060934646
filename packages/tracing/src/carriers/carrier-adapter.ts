import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

/**
 * Where one kind of message keeps its fields: what a propagator reads from and writes to. Any `TextMapPropagator` takes it as
 * getter and as setter.
 *
 * `get` gives every value of a field that was repeated, bytes as text, and `undefined` for what is not there; `set` replaces
 * the field, and makes the place for fields where the message has none yet.
 */
export interface CarrierAdapter<Message> extends TextMapGetter<Message>, TextMapSetter<Message> {}

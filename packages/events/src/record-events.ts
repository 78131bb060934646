import type { MetricsCollector } from '@sightline/core';
import type { MetricDefinition } from './definitions.js';
import type { EventHandler, Events, EventTypes, Measurements, Metadata } from './events.js';
import type { Conversion } from './unit-conversion.js';

/** Writes a measurement with its labels into an instrument. */
type Record = (labels: Labels, value: number) => void;
type Labels = { [tag: string]: string | number | boolean };

/**
 * Declares the metrics of `definitions` in `metrics` and records them when their events are executed. Throws for wrong declarations.
 * Returns a function that detaches them.
 */
export function recordEvents<Types extends EventTypes>(
  events: Events<Types>,
  metrics: MetricsCollector,
  definitions: readonly MetricDefinition[],
): () => void {
  // Declares all before it attaches the first, so that a wrong declaration leaves nothing behind.
  const handlers = definitions.map((definition) => [definition, handlerOf(definition, metrics)] as const);
  const ids = handlers.map(([{ name, event }, handler]) => {
    const id = uniqueId(events, `metric ${name}`);
    events.attach(id, event, handler);
    return id;
  });
  return () => {
    for (const id of ids) events.detach(id);
  };
}

function uniqueId<Types extends EventTypes>(events: Events<Types>, wanted: string): string {
  const taken = new Set(events.handlers());
  let id = wanted;
  for (let i = 2; taken.has(id); i++) id = `${wanted} (${i})`;
  return id;
}

function handlerOf(definition: MetricDefinition, metrics: MetricsCollector): EventHandler {
  const record = instrumentOf(definition, metrics);
  return (_event, measurements, metadata) => {
    let recording: Recording | undefined;
    try {
      recording = recordingOf(definition, measurements, metadata);
    } catch (error) {
      // A function of the definition threw, or a getter that it read: the data of one request must not end the metric. Core counts the
      // error in place of the value; a strict collector throws it.
      recording = { labels: noLabels, value: asError(error) as unknown as number };
    }
    if (recording !== undefined) record(recording.labels, recording.value);
  };
}

interface Recording {
  readonly labels: Labels;
  readonly value: number;
}

/** `undefined` for an execution that does not count. */
function recordingOf(
  { kind, measure, conversion, tags, tagValues, isKept }: MetricDefinition,
  measurements: Measurements,
  metadata: Metadata,
): Recording | undefined {
  if (!settledNow(isKept(metadata, measurements))) return undefined;
  const value = kind === 'counter' ? 1 : settledNow(measure(measurements, metadata));
  if (value === undefined) return undefined; // as in Telemetry.Metrics: this execution does not have the measurement
  const labels = tags.length === 0 ? noLabels : labelsOf(tags, settledNow(tagValues(metadata)));
  return { labels, value: converted(value, conversion) };
}

/** An asynchronous function is too late, and its rejection would end the process. */
function settledNow<T>(result: T): T {
  if (!(result instanceof Promise)) return result;
  result.catch(() => {});
  throw new TypeError('a function of the definition returned a promise: it must be synchronous');
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(typeof error === 'string' ? error : typeof error);
}

/** Without types a measurement may be any value: core counts and drops values that are not numbers. */
function converted(value: unknown, { convert }: Conversion): number {
  // process.hrtime.bigint() returns bigints.
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' ? convert(number) : (number as number);
}

const noLabels: Labels = {};

function labelsOf(tags: readonly string[], values: Metadata): Labels {
  const labels: Labels = {};
  // A missing label stays missing: core counts the recording and names the label.
  for (const tag of tags) labels[tag] = values[tag] as string;
  return labels;
}

function instrumentOf(definition: MetricDefinition, metrics: MetricsCollector): Record {
  const record = recorderOf(definition, metrics);
  return definition.tags.length === 0 ? (_labels, value) => record(value) : (labels, value) => record(labels, value);
}

/** The recording method of the instrument. It takes labels first if the metric has tags. */
function recorderOf(definition: MetricDefinition, metrics: MetricsCollector): (...args: RecorderArgs) => void {
  const { kind, name, help, tags, conversion, labelValues, buckets, isAdditive } = definition;
  const options = { help, unit: conversion.unit, labelValues, labelNames: tags };
  switch (kind) {
    case 'counter':
    case 'sum': {
      if (isAdditive) {
        const gauge = metrics.gauge(name, { ...options, isAdditive });
        return gauge.inc.bind(gauge) as Recorder;
      }
      const counter = metrics.counter(name, options);
      return counter.inc.bind(counter) as Recorder;
    }
    case 'last_value': {
      const gauge = metrics.gauge(name, options);
      return gauge.set.bind(gauge) as Recorder;
    }
    case 'summary':
    case 'distribution': {
      const histogram = metrics.histogram(name, { ...options, buckets });
      return histogram.observe.bind(histogram) as Recorder;
    }
  }
}

type RecorderArgs = [value: number] | [labels: Labels, value: number];
type Recorder = (...args: RecorderArgs) => void;

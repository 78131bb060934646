"""Writes random registries as pages: JSON lines of [format, page, samples], a sample as [name, labels, value]."""

import json
import math
import random
import sys

from prometheus_client import CollectorRegistry, Counter, Enum, Gauge, Histogram, Info, Summary, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics

seed, count = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(seed)
pieces = ['', 'a', '\\', '"', '\n', '\\n', '{', '}', ',', '=', ' # {', '# EOF', 'é', '日本', '😀', '\t', '\r', '\u2028', '\u0085', ' ', '%']
values = [0, 1, -1, 1.5, 1e-300, 1e300, math.inf, -math.inf, math.nan, 2**53 + 1]


def text():
    return ''.join(rng.choice(pieces) for _ in range(rng.randint(0, 5)))


def record(metric, kind):
    value = rng.choice(values)
    exemplar = {'trace_id': text()[:20]} if rng.random() < 0.5 else None
    if kind is Counter:
        metric.inc(abs(value), exemplar)
    elif kind is Gauge:
        metric.set(value)
    elif kind is Histogram:
        metric.observe(value, exemplar)
    elif kind is Summary:
        metric.observe(value)
    elif kind is Info:
        metric.info({'v': text()})
    else:
        metric.state('on')


def fill(registry):
    for i in range(rng.randint(0, 5)):
        kind = rng.choice([Counter, Gauge, Histogram, Summary, Info, Enum])
        labels = rng.sample(['a', 'b_1', '_c', 'quantile_', 'X'], rng.randint(0, 3))
        options = {'registry': registry}
        if kind is Enum:
            options['states'] = ['on', 'o "f\\f']
        if kind in (Counter, Gauge, Histogram, Summary):
            options['unit'] = rng.choice(['', 'seconds'])
        metric = kind(f'm{i}', text(), labels, **options)
        for _ in range(rng.randint(0, 4)):
            record(metric.labels(*[text() for _ in labels]) if labels else metric, kind)


for _ in range(count):
    registry = CollectorRegistry()
    fill(registry)
    samples = [[s.name, s.labels, repr(float(s.value))] for family in registry.collect() for s in family.samples]
    print(json.dumps(['text', generate_latest(registry).decode(), samples]))
    print(json.dumps(['openmetrics', generate_openmetrics(registry).decode(), samples]))

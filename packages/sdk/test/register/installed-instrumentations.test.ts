import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { installedInstrumentations } from '../../src/register/installed-instrumentations.js';

/** A service with packages, each of which exports the code that is given. */
function service(packages: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'instrumentations-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const dependencies = Object.fromEntries(Object.keys(packages).map((name) => [name, '*']));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', dependencies }));
  for (const [name, code] of Object.entries(packages)) {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'index.js'), code);
  }
  return folder;
}

/** A module with one instrumentation, which keeps the configuration that it is made with. */
const made = (name: string): string => `
exports.${name}Instrumentation = class {
  instrumentationName = '${name}';
  constructor(config) { this.config = config; }
  setTracerProvider() {}
  enable() {}
  disable() {}
};`;

const installed = {
  '@opentelemetry/instrumentation-http': made('Http'),
  '@opentelemetry/instrumentation-pg': made('Pg'),
  '@prisma/instrumentation': made('Prisma'),
  express: '',
};

function names(folder: string, env: Readonly<Record<string, string>> = {}) {
  const { instrumentations, problems } = installedInstrumentations(folder, env);
  return { names: instrumentations.map(({ instrumentationName }) => instrumentationName), problems };
}

test('all that are installed are enabled, those that libraries bring included', () => {
  expect(names(service(installed))).toEqual({ names: ['Http', 'Pg', 'Prisma'], problems: [] });
});

test('@fastify/otel observes every server of the service, and replaces the instrumentation before it', () => {
  const folder = service({
    '@opentelemetry/instrumentation-fastify': made('OldFastify'),
    '@fastify/otel': made('FastifyOtel'),
  });
  const { instrumentations } = installedInstrumentations(folder, {});
  expect(instrumentations).toEqual([expect.objectContaining({ instrumentationName: 'FastifyOtel' })]);
  expect(Reflect.get(instrumentations[0] ?? {}, 'config')).toEqual({ registerOnInitialization: true });
});

test.each([
  [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,prisma' }, ['Http', 'Prisma']],
  [{ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pg' }, ['Http', 'Prisma']],
  [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http, pg', OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http' }, ['Pg']],
  [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: '' }, ['Http', 'Pg', 'Prisma']],
])('%j enables %j', (env, expected) => {
  expect(names(service(installed), env as Record<string, string>)).toEqual({ names: expected, problems: [] });
});

test('a misspelt name is reported; one of a package that is not installed is not', () => {
  const env = { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'htpp,redis' };
  expect(names(service(installed), env)).toEqual({
    names: ['Http', 'Pg', 'Prisma'],
    problems: ['OTEL_NODE_DISABLED_INSTRUMENTATIONS names "htpp", which is not installed. Did you mean "http"?'],
  });
});

test('auto-instrumentations-node chooses for itself; what libraries bring comes in addition', () => {
  const auto = `${made('Auto')} exports.getNodeAutoInstrumentations = () => [new exports.AutoInstrumentation()];`;
  const folder = service({ ...installed, '@opentelemetry/auto-instrumentations-node': auto });
  expect(names(folder)).toEqual({ names: ['Auto', 'Prisma'], problems: [] });
  expect(names(folder, { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'prisma,fs' }).names).toEqual(['Auto']);
});

test('one that cannot be loaded costs the others nothing, and is reported', () => {
  const folder = service({ ...installed, '@opentelemetry/instrumentation-pg': 'throw new Error("no pg")' });
  expect(names(folder)).toEqual({
    names: ['Http', 'Prisma'],
    problems: ['@opentelemetry/instrumentation-pg cannot be loaded: no pg.'],
  });
});

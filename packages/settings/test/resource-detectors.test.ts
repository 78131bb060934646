import { arch, hostname } from 'node:os';
import { expect, test } from 'vitest';
import { detectedAttributes } from '../src/detected-attributes.js';
import { type Env, EnvironmentReader, effectiveService, resourceOf, Settings } from '../src/index.js';

function resource(env: Env) {
  const environment = new EnvironmentReader(env);
  const settings = new Settings();
  const attributes = resourceOf(effectiveService({ serviceName: 'orders' }, environment, settings));
  return { attributes, names: Object.keys(attributes).sort(), problems: environment.problems(), settings };
}

test('by default nothing is found out', () => {
  expect(resource({ OTEL_RESOURCE_ATTRIBUTES: 'team.name=shop' }).names).toEqual([
    'service.instance.id',
    'service.name',
    'team.name',
  ]);
});

test('host, os and process are found out, with the names and values of the conventions', () => {
  const { attributes, settings } = resource({ OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process' });
  expect(attributes).toMatchObject({
    'host.name': hostname(),
    'host.arch': arch() === 'x64' ? 'amd64' : expect.any(String),
    'os.type': process.platform === 'win32' ? 'windows' : expect.any(String),
    'os.version': expect.any(String),
    'process.pid': process.pid,
    'process.executable.path': process.execPath,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
  });
  expect(settings.get('resourceDetectors')?.value).toEqual(['env', 'host', 'os', 'process']);
});

test('all is every one, with the attributes of the environment, which win', () => {
  const { attributes } = resource({
    OTEL_NODE_RESOURCE_DETECTORS: 'all',
    OTEL_RESOURCE_ATTRIBUTES: 'host.name=given,team.name=shop',
  });
  expect(attributes).toMatchObject({ 'host.name': 'given', 'team.name': 'shop', 'process.pid': process.pid });
});

test.each(['none', 'serviceinstance', 'host,none'])('%s leaves the name and the instance of the service', (names) => {
  const env = { OTEL_NODE_RESOURCE_DETECTORS: names, OTEL_RESOURCE_ATTRIBUTES: 'team.name=shop' };
  expect(resource(env).names).toEqual(['service.instance.id', 'service.name']);
});

test('an unknown name costs itself only, and is reported', () => {
  const { attributes, problems } = resource({ OTEL_NODE_RESOURCE_DETECTORS: 'os,container' });
  expect(attributes).toHaveProperty('os.type');
  expect(problems).toEqual([expect.stringContaining('"container" is left out')]);
});

test('arguments of the command, which may be secrets, are never among the attributes', () => {
  process.argv.push('--token=s3cret');
  try {
    expect(JSON.stringify(detectedAttributes(['host', 'os', 'process']))).not.toContain('s3cret');
  } finally {
    process.argv.pop();
  }
});

test('the id of the machine is read where Linux keeps it, and left out if it is not there', () => {
  const files: Record<string, string> = { '/var/lib/dbus/machine-id': `${'a'.repeat(5000)}\n` };
  const readFile = (path: string): string => {
    const content = files[path];
    if (content === undefined) throw new Error('ENOENT');
    return content;
  };
  expect(detectedAttributes(['host'], readFile)['host.id']).toBe('a'.repeat(1024));
  expect(
    detectedAttributes(['host'], () => {
      throw new Error('EACCES');
    }),
  ).not.toHaveProperty('host.id');
  expect(detectedAttributes(['host'], () => '\n')).not.toHaveProperty('host.id');
});

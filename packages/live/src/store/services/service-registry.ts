import type { FlatAttributes } from '@sightline/otlp/encode';
import type { LiveSource } from '../../model/intake.js';
import type { SafeTexts } from '../values/safe-texts.js';
import { KeptService } from './kept-service.js';
import { KeptSource } from './kept-source.js';

export interface ServiceRegistryOptions {
  readonly maxServices: number;
  readonly texts: SafeTexts;
  readonly now: () => number;
}

/** Who has sent something. */
export class ServiceRegistry {
  /** By name, in order of the first time. */
  readonly services: Map<string, KeptService> = new Map<string, KeptService>();
  /** Services beyond the limit: all are one, of the name `other`. */
  refused = 0;
  readonly #options: ServiceRegistryOptions;
  /** By service and process, in order of the last time. */
  readonly #sources = new Map<string, KeptSource>();

  constructor(options: ServiceRegistryOptions) {
    this.#options = options;
  }

  /** The source of a resource: one object for each service and instance. */
  source(resource: FlatAttributes): KeptSource {
    const found = identityOf(resource);
    const { texts } = this.#options;
    const source = this.#sourceOf(
      texts.text(found.service, MAX_NAME),
      found.instance === undefined ? undefined : texts.text(found.instance, MAX_NAME),
      found.process,
    );
    const { owner } = source;
    if (found.version !== undefined) owner.version = texts.text(found.version, MAX_NAME);
    if (found.language !== undefined) owner.language = texts.text(found.language, MAX_NAME);
    if (found.pid !== undefined) source.pid = found.pid;
    if (found.runtimeName !== undefined && found.runtimeVersion !== undefined) {
      const name = texts.text(found.runtimeName, MAX_NAME);
      source.runtime = { name, version: texts.text(found.runtimeVersion, MAX_NAME) };
    }
    return source;
  }

  /** Whether the process of a resource has sent something. */
  knows(resource: FlatAttributes): boolean {
    const { service, instance, process } = identityOf(resource);
    const { texts } = this.#options;
    return this.#sources.has(
      keyOf(
        texts.text(service, MAX_NAME),
        instance === undefined ? undefined : texts.text(instance, MAX_NAME),
        process,
      ),
    );
  }

  /** The one of ours for any object with a service and an instance. */
  keptOf(source: LiveSource): KeptSource {
    return source instanceof KeptSource ? source : this.#sourceOf(source.service, source.instance, '');
  }

  #sourceOf(service: string, instance: string | undefined, process: string): KeptSource {
    const key = keyOf(service, instance, process);
    const nowMs = this.#options.now();
    let source = this.#sources.get(key);
    if (source === undefined) {
      if (this.#sources.size >= SOURCES_PER_SERVICE * this.#options.maxServices) {
        const [oldest] = this.#sources.keys();
        if (oldest !== undefined) this.#sources.delete(oldest);
      }
      source = new KeptSource(this.#serviceOf(service, nowMs), instance, nowMs);
    } else this.#sources.delete(key);
    this.#sources.set(key, source);
    source.lastMs = nowMs;
    source.owner.heard(instance ?? (process === '' ? undefined : process), nowMs);
    return source;
  }

  #serviceOf(given: string, nowMs: number): KeptService {
    const known = this.services.get(given);
    if (known !== undefined) return known;
    const isFull = this.services.size >= this.#options.maxServices;
    if (isFull) this.refused++;
    const name = isFull ? OTHER : given;
    const service = this.services.get(name) ?? new KeptService(name, nowMs);
    this.services.set(name, service);
    return service;
  }
}

function keyOf(service: string, instance: string | undefined, process: string): string {
  return `${service}\n${instance ?? process}`;
}

const OTHER = 'other';
const SOURCES_PER_SERVICE = 20;
const MAX_NAME = 256;

interface Identity {
  service: string;
  instance: string | undefined;
  /** What distinguishes processes of one service that have no instance id. */
  process: string;
  version: string | undefined;
  language: string | undefined;
  pid: number | undefined;
  runtimeName: string | undefined;
  runtimeVersion: string | undefined;
}

function identityOf(resource: FlatAttributes): Identity {
  const identity: Identity = {
    service: 'unknown_service',
    instance: undefined,
    process: '',
    version: undefined,
    language: undefined,
    pid: undefined,
    runtimeName: undefined,
    runtimeVersion: undefined,
  };
  for (let i = 0; i + 1 < resource.length; i += 2) {
    const value = resource[i + 1];
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') continue;
    const text = String(value);
    switch (resource[i]) {
      case 'service.name':
        identity.service = text;
        break;
      case 'service.instance.id':
        identity.instance = text;
        break;
      case 'service.version':
        identity.version = text;
        break;
      case 'telemetry.sdk.language':
        identity.language = text;
        break;
      case 'process.runtime.name':
        identity.runtimeName = text;
        break;
      case 'process.runtime.version':
        identity.runtimeVersion = text;
        break;
      case 'process.pid':
        if (Number.isSafeInteger(Number(text))) identity.pid = Number(text);
        identity.process += `${text} `;
        break;
      case 'k8s.pod.uid':
      case 'container.id':
      case 'host.name':
        identity.process += `${text} `;
    }
  }
  return identity;
}

import type { Facts } from '../model/facts.js';
import type { OpsFile } from '../model/ops-file.js';
import { collectorFiles } from './collector-config.js';
import { composeFiles } from './compose.js';
import { prometheusFiles } from './prometheus-config.js';
import { storeFiles } from './telemetry-stores.js';

/** The stack of one machine: what scrapes, keeps and shows. */
export function stackFiles(facts: Facts): OpsFile[] {
  return [...prometheusFiles(facts), ...storeFiles(facts), ...collectorFiles(), ...composeFiles(facts)];
}

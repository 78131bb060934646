import { readFileSync } from 'node:fs';
import { messageOf } from '@sightline/base';
import { type Env, EnvironmentReader, type EnvironmentRow } from '@sightline/settings';
import type { DoctorOptions } from '../doctor/doctor-options.js';
import { type PeerName, peerNames } from '../doctor/peers.js';
import { UsageError } from './output.js';

/** The prefix of the variables, which only the doctor reads. */
const PREFIX = 'SIGHTLINE_DOCTOR_';

/** The variables of each peer, as the help shows them. */
export const peerVariables = {
  '': 'its address, which may have a user and a password',
  _TOKEN: 'sent as "Authorization: Bearer …"',
  _TOKEN_FILE: 'a file with that token, such as that of a service account of Kubernetes',
  _HEADERS: 'further headers, as X-Scope-OrgID=team-a,X-Api-Key=…; values percent-encoded',
} as const;

/**
 * The peers' addresses and credentials as the environment has them: lists of processes show arguments.
 * @throws a `UsageError` that names the variable, and never shows a secret
 */
export function peersIn(env: Env): Pick<DoctorOptions, PeerName | 'headers'> {
  const own = Object.entries(env).filter(([name]) => name.startsWith(PREFIX));
  const environment = new EnvironmentReader(Object.fromEntries(own));
  environment.reportMisspelt(
    peerNames.flatMap((peer) => Object.keys(peerVariables).map((suffix) => variableOf(peer, suffix))),
    { ownPrefix: PREFIX },
  );
  const read = peerNames.map((peer) => {
    const value = <T extends EnvironmentRow['type']>(suffix: keyof typeof peerVariables, type: T) =>
      environment.read(rowOf(peer, suffix, type), peer)?.value;
    const [token, file] = [value('_TOKEN', 'string'), value('_TOKEN_FILE', 'string')];
    if (token !== undefined && file !== undefined) {
      throw new UsageError(`Give ${variableOf(peer, '_TOKEN')} or ${variableOf(peer, '_TOKEN_FILE')}, not both.`);
    }
    const bearer = file === undefined ? token : tokenIn(file, variableOf(peer, '_TOKEN_FILE'));
    if (bearer !== undefined && /[^\x21-\x7e]/.test(bearer)) {
      throw new UsageError(`The token of ${variableOf(peer, '_TOKEN')}… has blanks or line breaks in it.`);
    }
    const headers = {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...value('_HEADERS', 'attributes'),
    };
    return { peer, address: value('', 'address'), headers };
  });
  const problems = environment.problems();
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return {
    ...Object.fromEntries(read.flatMap(({ peer, address }) => (address === undefined ? [] : [[peer, address]]))),
    headers: Object.fromEntries(
      read.flatMap(({ peer, headers }) => (Object.keys(headers).length === 0 ? [] : [[peer, headers]])),
    ),
  };
}

function variableOf(peer: PeerName, suffix: string): string {
  return `${PREFIX}${peer.toUpperCase()}${suffix}`;
}

function rowOf<T extends EnvironmentRow['type']>(
  peer: PeerName,
  suffix: keyof typeof peerVariables,
  type: T,
): EnvironmentRow<T> {
  const description = peerVariables[suffix];
  return { name: variableOf(peer, suffix), sets: peer, type, defaultText: '', description };
}

/** The content of a file, without the line break at its end. */
function tokenIn(file: string, variable: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`${variable}: ${messageOf(error)}`);
  }
  if (text === '') throw new UsageError(`${variable}: ${file} is empty.`);
  return text;
}

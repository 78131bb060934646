import { type AgentOptions, globalAgent } from 'node:http';
import { globalAgent as globalTlsAgent } from 'node:https';

/**
 * Options for an agent that goes through the proxies of the environment where Node.js itself does: `NODE_USE_ENV_PROXY=1` or
 * `--use-env-proxy`, from 22.21 and 24.5 on. Its global agents know what it decided; nothing else is looked at.
 */
export function environmentProxy(isTls: boolean): AgentOptions {
  // Not in the types of Node.js 20. A service may have put any agent in the place of the global one.
  const { options } = (isTls ? globalTlsAgent : globalAgent) as { options?: { proxyEnv?: object | undefined } };
  return options?.proxyEnv === undefined ? {} : ({ proxyEnv: options.proxyEnv } as AgentOptions);
}

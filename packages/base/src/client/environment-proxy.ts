import { type AgentOptions, globalAgent } from 'node:http';
import { globalAgent as globalTlsAgent } from 'node:https';

/**
 * Agent options that use the proxies of the environment if Node.js itself does: `NODE_USE_ENV_PROXY=1` or `--use-env-proxy`, since
 * 22.21 and 24.5. The global agents of Node.js show whether it does.
 */
export function environmentProxy(isTls: boolean): AgentOptions {
  // Not in the types of Node.js 20. A service may have replaced the global agent.
  const { options } = (isTls ? globalTlsAgent : globalAgent) as { options?: { proxyEnv?: object | undefined } };
  return options?.proxyEnv === undefined ? {} : ({ proxyEnv: options.proxyEnv } as AgentOptions);
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, freePort, type ServerProcess, startServer } from './server-process.js';

/** Starts RabbitMQ for AMQP 0-9-1, without plugins, with all its files in its own folder. */
export async function startRabbitmq(): Promise<ServerProcess> {
  const portMapper = await startPortMapper();
  const distributionPort = await freePort();
  try {
    const server = await startServer({
      // Not the one in PATH, which becomes another user and writes to /var.
      command: '/usr/lib/rabbitmq/bin/rabbitmq-server',
      ready: (port) => answers(port, 'AMQP\0\0\x09\x01', '\x01'), // the method frame connection.start
      arguments(port, folder) {
        mkdirSync(join(folder, 'log'));
        writeFileSync(join(folder, 'rabbitmq.conf'), `listeners.tcp.default = 127.0.0.1:${port}\n`);
        writeFileSync(join(folder, 'enabled_plugins'), '[].');
        writeFileSync(join(folder, 'environment'), '');
        return [];
      },
      environment: (port, folder) => ({
        HOME: folder, // for the cookie that its tools share
        RABBITMQ_NODENAME: `sightline-${port}@localhost`,
        RABBITMQ_NODE_PORT: String(port),
        RABBITMQ_DIST_PORT: String(distributionPort),
        RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
        RABBITMQ_CONF_ENV_FILE: join(folder, 'environment'),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
        RABBITMQ_MNESIA_BASE: join(folder, 'data'),
        RABBITMQ_LOG_BASE: join(folder, 'log'),
        RABBITMQ_PID_FILE: join(folder, 'pid'),
        ...portMapperEnvironment(portMapper.port),
        RUNNING_UNDER_SYSTEMD: 'true', // the script becomes the server instead of waiting for it
      }),
    });
    const stop = async (): Promise<void> => {
      await server.stop();
      await portMapper.stop();
    };
    return { ...server, url: `amqp://127.0.0.1:${server.port}`, stop };
  } catch (error) {
    await portMapper.stop();
    throw error;
  }
}

/** Erlang's port mapper: the server would otherwise start one that does not end. */
function startPortMapper(): Promise<ServerProcess> {
  return startServer({
    command: 'epmd',
    ready: async (port) => answers(port, '\0\x01n', '\0'), // a list of names, after the port in four bytes
    arguments: () => [],
    environment: portMapperEnvironment,
  });
}

function portMapperEnvironment(port: number): Record<string, string> {
  return { ERL_EPMD_PORT: String(port), ERL_EPMD_ADDRESS: '127.0.0.1' };
}

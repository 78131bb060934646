import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { answers, type ServerProcess, startServer } from './server-process.js';

// A CONNECT of MQTT 5 from a client called "t", and how the CONNACK begins.
const connectPacket = '\x10\x0e\x00\x04MQTT\x05\x02\x00\x00\x00\x00\x01t';

/** Starts Mosquitto, an MQTT broker, with anonymous access and without persistence. */
export async function startMosquitto(): Promise<ServerProcess> {
  const server = await startServer({
    command: '/usr/sbin/mosquitto',
    ready: (port) => answers(port, connectPacket, ' '), // 0x20
    arguments(port, folder) {
      writeFileSync(join(folder, 'mosquitto.conf'), configuration(port));
      return ['-c', 'mosquitto.conf'];
    },
  });
  return { ...server, url: `mqtt://127.0.0.1:${server.port}` };
}

// Without a user, a broker that runs as root would become a user who may not read the folder.
function configuration(port: number): string {
  return `listener ${port} 127.0.0.1\nallow_anonymous true\nuser ${userInfo().username}\n`;
}

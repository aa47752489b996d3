import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A mail server in the clear that answers every command, and its port. */
export async function mailServer(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 test.example ESMTP\r\n');
    socket.on('data', (data) => {
      const command = data.toString();
      socket.write(command.startsWith('QUIT') ? '221 Bye\r\n' : '250 test.example\r\n');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

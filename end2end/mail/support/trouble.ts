import { chmod, rename, rm } from 'node:fs/promises';
import { type Server, type Socket, createServer } from 'node:net';
import { Child } from './child.ts';
import { PYTHON } from './run.ts';

/** Answers that no look-up service may give; and closing without any. */
const NONSENSE = [
  'HTTP/1.1 400 Bad Request\r\n\r\n',
  '5:HELLO,',
  '99999999999999999999:OK ',
  '-1:,',
  '12:OK smarthost:',
  '3:OK smarthost:[one.test]:25,',
  '\u0000\u0000\u0000\u0000',
  '',
];

/** Somebody else behind the socket, who answers nonsense. */
export class Nonsense {
  #asked = 0;

  readonly #clients = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly socket: string,
  ) {}

  static async listen(socket: string): Promise<Nonsense> {
    await rm(socket, { force: true });
    const server = createServer();
    const nonsense = new Nonsense(server, socket);
    server.on('connection', (client) => {
      nonsense.#clients.add(client);
      client.on('close', () => nonsense.#clients.delete(client));
      client.on('error', () => undefined);
      client.on('data', () => {
        const answer = NONSENSE[nonsense.#asked++ % NONSENSE.length] ?? '';
        // Closed for good: half a connection would be kept for as long as Postfix keeps its half.
        client.end(answer, () => client.destroy());
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socket, resolve);
    });
    await chmod(socket, 0o660);
    return nonsense;
  }

  get asked(): number {
    return this.#asked;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const client of this.#clients) client.destroy();
    await closed;
    await rm(this.socket, { force: true });
  }
}

/** Locks a database so that nobody else can write it, until the function returned is called. */
export async function lock(database: string): Promise<() => Promise<void>> {
  const program = [
    'import sqlite3, sys',
    'connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)',
    'connection.execute("BEGIN EXCLUSIVE")',
    'print("locked", flush=True)',
    'sys.stdin.read()',
  ].join('\n');
  const locker = await Child.start('the lock on the database', PYTHON, ['-c', program, database]);
  await locker.untilLine(/^locked$/);
  return async () => locker.stop();
}

/** Moves files away, until the function returned is called. */
export async function moveAway(files: string[]): Promise<() => Promise<void>> {
  const moved: string[] = [];
  for (const file of files) {
    try {
      await rename(file, `${file}.away`);
      moved.push(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return async () => {
    for (const file of moved) await rename(`${file}.away`, file);
  };
}

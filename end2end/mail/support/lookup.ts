import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from '../../support/server.ts';
import { Child, type Identity, note } from './child.ts';
import { PYTHON, eventually } from './run.ts';

const HOLDER = fileURLToPath(new URL('../hold_socket.py', import.meta.url));

/** How long the service may take to end after it was asked to. */
const STOP_MS = 15_000;

/** The look-up service, behind a socket that outlives it. */
export class Lookup {
  #holder: Child | undefined;

  constructor(
    readonly socket: string,
    private readonly dataDir: string,
    private readonly user: Identity,
  ) {}

  /** Opens the socket, starts the service and waits until it answers. */
  async start(): Promise<void> {
    this.#holder = await Child.start('the look-up service', PYTHON, [
      HOLDER,
      JSON.stringify({
        socket: this.socket,
        ...this.user,
        command: [
          PROGRAM, 'lookup', '--data-dir', this.dataDir, '--log-format', 'json',
        ],
      }),
    ]);
    let noted = 0;
    this.#holder.onLine(() => {
      const { starts } = this;
      for (; noted < starts.length; noted += 1) void note(starts[noted] ?? 0, 'the look-up service');
    });
    await this.answers();
  }

  /** Ends the service and closes the socket: whoever connects is refused. */
  async stop(): Promise<void> {
    const holder = this.#holder;
    if (!holder) return;
    const ended = once(holder.process, 'exit');
    const late = setTimeout(() => this.signal('SIGKILL'), STOP_MS);
    holder.process.stdin?.end();
    if (holder.running) await ended;
    clearTimeout(late);
  }

  /** The process that answers now. */
  get pid(): number {
    const pid = this.starts.at(-1);
    if (pid === undefined) throw new Error('the look-up service was never started');
    return pid;
  }

  /** How often the service was started behind this socket. */
  private get starts(): number[] {
    return this.#lines
      .filter((line) => line.startsWith('{"event": "started"'))
      .map((line) => (JSON.parse(line) as { pid: number }).pid);
  }

  get #lines(): readonly string[] {
    return this.#holder?.lines ?? [];
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Ends the service and waits until another one was started behind the same socket. */
  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const before = this.starts.length;
    this.signal(signal);
    await this.#holder?.until('it was started again', () => this.starts.length > before || undefined);
  }

  /** Asks as Postfix does, and returns the answer with its first word. */
  async ask(map: string, key: string): Promise<string> {
    return askSocketmap(this.socket, map, key);
  }

  /** Waits until the service has loaded everything. */
  async answers(): Promise<void> {
    await eventually('the look-up service answered', async () => {
      if (!this.#holder?.running) throw new Error(`the look-up service does not run:\n${this.log()}`);
      return /^(OK|NOTFOUND) /.test(await this.ask('relay', 'nobody.test').catch(() => ''));
    });
  }

  log(): string {
    return this.#lines.join('\n');
  }
}

/** One question and its answer as socketmap_table(5) has it: netstrings over a stream. */
export async function askSocketmap(path: string, map: string, key: string): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const question = Buffer.from(`${map} ${key}`);
    let answer = Buffer.alloc(0);
    const socket = connect(path, () => {
      socket.write(Buffer.concat([Buffer.from(`${question.length}:`), question, Buffer.from(',')]));
    });
    socket.on('data', (part: Buffer) => {
      answer = Buffer.concat([answer, part]);
      const colon = answer.indexOf(':');
      const length = Number(answer.toString('latin1', 0, Math.max(colon, 0)));
      if (colon < 1 || answer.length < colon + length + 2) return;
      socket.destroy();
      resolve(answer.toString('utf8', colon + 1, colon + 1 + length));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the look-up service closed the connection')));
  });
}

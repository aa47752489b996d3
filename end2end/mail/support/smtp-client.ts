import { type Socket, connect } from 'node:net';
import { SENDER } from './swaks.ts';

export interface Letter {
  to: string;
  id: string;
  /** Asks for SMTPUTF8 (RFC 6531), for addresses in other scripts. */
  utf8?: boolean;
}

/** How long a server may take to greet; nothing has to be looked up for that. */
const GREETING_MS = 10_000;

/** An SMTP session, for what swaks cannot do: SMTPUTF8, and many messages on one connection. */
export class SmtpClient {
  #received = '';
  #waiting: { resolve: (reply: string) => void; reject: (error: Error) => void } | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#answer();
    });
    const gone = (): void => {
      this.#waiting?.reject(new Error('the gateway closed the connection'));
      this.#waiting = undefined;
    };
    socket.on('error', gone);
    socket.on('close', gone);
  }

  /** Connects; a server that does not greet is given up, as mail servers do (RFC 5321, section 4.5.3.2.1). */
  static async connect(port: number): Promise<SmtpClient> {
    const socket = connect(port, '127.0.0.1');
    const client = new SmtpClient(socket);
    // Postfix's master now and then leaves a connection unanswered that comes while it reloads.
    const late = setTimeout(() => socket.destroy(), GREETING_MS);
    await client.#reply();
    clearTimeout(late);
    await client.command('EHLO client.test');
    return client;
  }

  /** Whether a question was asked and not answered yet. */
  get waits(): boolean {
    return this.#waiting !== undefined;
  }

  /** Sends a message; the reply that decided comes back: the last one, or the first refusal. */
  async send({ to, id, utf8 }: Letter): Promise<string> {
    const commands = [`MAIL FROM:<${SENDER}>${utf8 ? ' SMTPUTF8' : ''}`, `RCPT TO:<${to}>`, 'DATA'];
    for (const command of commands) {
      const reply = await this.command(command);
      if (reply.startsWith('2') || reply.startsWith('354')) continue;
      if (!reply.startsWith('421')) await this.command('RSET');
      return reply;
    }
    return this.command(`From: <${SENDER}>\r\nSubject: A test\r\nX-Test-Id: ${id}\r\n\r\nA test.\r\n.`);
  }

  /** One command and its reply, whose lines but the last are left out. */
  async command(text: string): Promise<string> {
    this.socket.write(`${text}\r\n`);
    return this.#reply();
  }

  async quit(): Promise<void> {
    await this.command('QUIT').catch(() => undefined);
    this.socket.destroy();
  }

  async #reply(): Promise<string> {
    if (this.socket.destroyed) throw new Error('the gateway closed the connection');
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#answer();
    });
  }

  #answer(): void {
    const last = /^(\d{3} .*)\r\n/m.exec(this.#received);
    if (!last || !this.#waiting) return;
    this.#received = this.#received.slice(last.index + last[0].length);
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve(last[1] ?? '');
  }
}

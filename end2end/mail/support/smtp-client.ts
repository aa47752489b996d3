import { type Socket, connect } from 'node:net';
import { SENDER } from './swaks.ts';

export interface Letter {
  to: string;
  id: string;
  /** Asks for SMTPUTF8 (RFC 6531), for addresses in other scripts. */
  utf8?: boolean;
}

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

  static async connect(port: number): Promise<SmtpClient> {
    const client = new SmtpClient(connect(port, '127.0.0.1'));
    await client.#reply();
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

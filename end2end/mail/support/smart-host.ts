import { fileURLToPath } from 'node:url';
import { type Certificate } from './authority.ts';
import { Child } from './child.ts';
import { PYTHON } from './run.ts';

const PROGRAM = fileURLToPath(new URL('../smtp_server.py', import.meta.url));

export interface Settings {
  tls?: 'none' | 'starttls' | 'implicit';
  certificate?: Certificate;
  /** Passwords by user; where there are any, the server demands a login. */
  accounts?: Record<string, string>;
  /** A free one unless given. */
  port?: number;
}

/** A message as the server got it. */
export interface Message {
  /** What the sender wrote into the header field `X-Test-Id`. */
  id: string;
  sender: string;
  recipients: string[];
  /** The version of TLS, or null for a connection in clear. */
  tls: string | null;
  /** Who had logged in, or null. */
  user: string | null;
}

/** One line of the server's journal; see `smtp_server.py`. */
type Entry = { event: string; port?: number } & Partial<Message>;

/** A real SMTP server that takes mail, and tells what it took and from whom. */
export class SmartHost {
  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly child: Child,
  ) {}

  static async start(name: string, settings: Settings = {}): Promise<SmartHost> {
    const child = await Child.start(`the smart host ${name}`, PYTHON, [
      PROGRAM,
      JSON.stringify({
        name,
        port: settings.port ?? 0,
        tls: settings.tls ?? 'none',
        accounts: settings.accounts ?? {},
        ...settings.certificate,
      }),
    ]);
    const port = await child.until('it listened', (lines) => entries(lines, 'listening')[0]?.port);
    return new SmartHost(name, port, child);
  }

  /** How Postfix names it. */
  get nextHop(): string {
    return `[${this.name}]:${this.port}`;
  }

  /** All that arrived, in that order. */
  get messages(): Message[] {
    return entries(this.child.lines, 'message') as Message[];
  }

  /** How often something of this kind happened. */
  count(event: 'connected' | 'tls' | 'auth' | 'sender'): number {
    return entries(this.child.lines, event).length;
  }

  /** Waits for the message with this id. */
  async message(id: string): Promise<Message> {
    return this.child.until(`message ${id} arrived`, () => this.messages.find((message) => message.id === id));
  }

  /** Waits until so many messages have arrived. */
  async arrived(count: number): Promise<void> {
    await this.child.until(`${count} messages arrived`, () => this.messages.length >= count || undefined);
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }

  log(): string {
    return this.child.lines.join('\n');
  }
}

function entries(lines: readonly string[], event: string): Entry[] {
  return lines
    .filter((line) => line.startsWith(`{"event": "${event}"`))
    .map((line) => JSON.parse(line) as Entry);
}

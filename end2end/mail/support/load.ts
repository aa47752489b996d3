import { eventually } from './run.ts';
import { SmtpClient } from './smtp-client.ts';

/** How long a sender waits before it tries a message again that was not taken. */
const PAUSE_MS = 100;

/** A sender of many messages that behaves: what is refused for now is sent again, for ever. */
export class Load {
  /** The messages that the gateway has taken over, in that order. */
  readonly accepted: string[] = [];
  /** Every reply that put a message off. */
  readonly putOff: string[] = [];
  /** Replies that refused a message for good. There should never be one. */
  readonly refused: string[] = [];
  readonly #queue: string[] = [];
  readonly #clients = new Set<SmtpClient>();
  #senders: Promise<void>[] = [];
  #ending = false;

  constructor(
    private readonly port: number,
    private readonly domain: string,
    private readonly connections: number,
  ) {}

  start(): void {
    this.#senders = Array.from({ length: this.connections }, () => this.#keepSending());
  }

  /** Hands messages to the senders. */
  add(ids: string[]): void {
    this.#queue.push(...ids);
  }

  /** Waits until so many more messages were accepted than now, or none is left to send. */
  async progress(more: number): Promise<void> {
    const goal = this.accepted.length + Math.min(more, this.#queue.length);
    await eventually(`${more} more messages were accepted`, () => this.accepted.length >= goal, 5);
  }

  /** Waits until so many more messages were put off than now. */
  async hindrance(more: number): Promise<void> {
    const goal = this.putOff.length + more;
    await eventually(`${more} more messages were put off`, () => this.putOff.length >= goal, 5);
  }

  /** Waits until every sender waits for an answer. */
  async standstill(): Promise<void> {
    await eventually('every sender waited for an answer', () => {
      const waiting = [...this.#clients].filter((client) => client.waits);
      return waiting.length === this.connections;
    }, 5);
  }

  /** Waits until so many messages were accepted in all. */
  async reaches(total: number): Promise<void> {
    await eventually(`${total} messages were accepted`, () => this.accepted.length >= total);
  }

  async stop(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.#senders);
  }

  async #keepSending(): Promise<void> {
    let client: SmtpClient | undefined;
    while (!this.#ending) {
      const id = this.#queue.shift();
      if (id === undefined) {
        await pause();
        continue;
      }
      try {
        if (!client) {
          client = await SmtpClient.connect(this.port);
          this.#clients.add(client);
        }
        const reply = await client.send({ to: `${id}@${this.domain}`, id });
        if (reply.startsWith('2')) {
          this.accepted.push(id);
          continue;
        }
        (reply.startsWith('4') ? this.putOff : this.refused).push(reply);
        // As a mail server does; and a session that goes on keeps its process, which goes on
        // answering for an address what it has answered once.
        await client.quit();
      } catch {
        // Closed by the other side.
      }
      if (client) this.#clients.delete(client);
      client = undefined;
      this.#queue.push(id);
      await pause();
    }
    await client?.quit();
  }
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

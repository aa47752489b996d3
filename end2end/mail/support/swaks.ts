import { execFile } from 'node:child_process';

export interface Mail {
  from?: string;
  to: string;
  id: string;
  /** The address that the message is sent from; another one than 127.0.0.1 is outside. */
  client?: string;
}

/** What the gateway said to a message. */
export interface Answer {
  /** The reply to the command that decided: after the message, or the first refusal. */
  reply: string;
  /** The message's name in the queue, or undefined if it was refused. */
  queueId: string | undefined;
}

/** Where senders of test mail live: not a domain that anyone has routed. */
export const SENDER = 'sender@origin.test';

/** Sends one message with swaks. */
export async function swaks(port: number, mail: Mail): Promise<Answer> {
  const args = [
    '--server', `127.0.0.1:${port}`, '--local-interface', mail.client ?? '127.0.0.1',
    '--helo', 'client.test', '--from', mail.from ?? SENDER, '--to', mail.to,
    '--add-header', `X-Test-Id: ${mail.id}`, '--body', 'A test.',
  ];
  // swaks ends with a number of its own for every kind of refusal; the transcript says it all.
  const { transcript, failed } = await new Promise<{ transcript: string; failed: string }>((resolve) => {
    execFile('swaks', args, (error, stdout, stderr) => {
      resolve({ transcript: stdout + stderr, failed: error?.message ?? '' });
    });
  });
  const queued = /^<-  (250 2\.0\.0 Ok: queued as (\w+))/m.exec(transcript);
  if (queued) return { reply: queued[1] ?? '', queueId: queued[2] };
  const refused = /^<\*\* (\d{3} .*)$/m.exec(transcript);
  if (refused) return { reply: refused[1] ?? '', queueId: undefined };
  throw new Error(`swaks could not talk to the gateway: ${failed}\n${transcript}`);
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import type { Identity } from './child.ts';

/** Debian's own Python: the one that has Debian's aiosmtpd. */
export const PYTHON = '/usr/bin/python3';

/** Runs a program to its end; what it wrote to standard output comes back. */
export async function run(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 64 << 20 });
  return stdout;
}

/** The same for a program whose exit code says what it found. */
export async function runWhateverItSays(program: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, (error, stdout) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve(stdout);
    });
  });
}

/** A user or group of this machine by name. */
export async function idOf(kind: 'user' | 'group', name: string): Promise<number> {
  const file = kind === 'user' ? '/etc/passwd' : '/etc/group';
  const line = (await readFile(file, 'utf8')).split('\n').find((text) => text.startsWith(`${name}:`));
  const id = line?.split(':')[2];
  if (id === undefined) throw new Error(`there is no ${kind} ${name} in ${file}`);
  return Number(id);
}

/** Whom the console and the look-up service run as: somebody without any rights. */
export async function nobody(): Promise<Identity> {
  return { uid: await idOf('user', 'nobody'), gid: await idOf('group', 'nogroup') };
}

/** A port on which nobody listens now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

/** Asks again and again, shortly after each answer, until the answer is yes. */
export async function eventually(what: string, ask: () => Promise<boolean> | boolean, every = 50): Promise<void> {
  // The limit is the test's own; a loop that nobody waits for any more must end all the same.
  const end = Date.now() + 120_000;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

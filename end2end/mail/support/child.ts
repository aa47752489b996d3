import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** How long a process may take to end after it was asked to. */
const STOP_MS = 15_000;

/** Who a process runs as. */
export interface Identity {
  uid: number;
  gid: number;
}

export interface Options {
  env?: Record<string, string>;
  user?: Identity;
}

/**
 * A process that a test started: its output line by line, and an end that is sure to come. Its
 * id is noted in a file, for whoever cleans up if the test itself is killed.
 */
export class Child {
  readonly lines: string[] = [];
  readonly #listeners = new Set<() => void>();
  #ended: string | undefined;

  private constructor(
    readonly name: string,
    readonly process: ChildProcess,
  ) {
    for (const stream of [process.stdout, process.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        this.#tell();
      });
    }
    process.once('error', (error) => this.#end(`did not start: ${error.message}`));
    // After `close` nothing more comes from its output, which for a daemon's children may be never.
    process.once('exit', (code, signal) => this.#end(`ended with ${signal ?? code}`));
  }

  static async start(name: string, program: string, args: string[], options: Options = {}): Promise<Child> {
    const spawned = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      ...options.user,
    });
    // Whoever ends before reading everything must not end the test.
    spawned.stdin?.on('error', () => undefined);
    const child = new Child(name, spawned);
    if (spawned.pid) await note(spawned.pid, name);
    return child;
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error(`${this.name} ${this.#ended}`);
    return this.process.pid;
  }

  get running(): boolean {
    return this.#ended === undefined;
  }

  /** Calls back for each new line, until the function that it returns is called. */
  onLine(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Waits until something is found in the output, what is there already included. It fails when
   * the process ends first; the test's own time-out is the limit.
   */
  async until<T>(what: string, find: (lines: readonly string[]) => T | undefined): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const look = (): void => {
        const found = find(this.lines);
        if (found === undefined && this.running) return;
        forget();
        if (found !== undefined) resolve(found);
        else reject(new Error(`${this.name} ${this.#ended} before ${what}:\n${this.tail()}`));
      };
      const forget = this.onLine(look);
      look();
    });
  }

  /** Waits until one line matches and returns the match. */
  async untilLine(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    return this.until(String(pattern), (lines) => {
      for (const line of lines.slice(from)) {
        const match = pattern.exec(line);
        if (match) return match;
      }
      return undefined;
    });
  }

  tail(): string {
    return this.lines.slice(-40).join('\n');
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Asks it to end, and after a while ends it. Doing so twice does nothing. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.running) return;
    const exited = once(this.process, 'exit');
    const late = setTimeout(() => this.process.kill('SIGKILL'), STOP_MS);
    this.process.kill(signal);
    // A stopped process hears of SIGTERM only when it goes on.
    this.process.kill('SIGCONT');
    await exited;
    clearTimeout(late);
  }

  #end(how: string): void {
    this.#ended = how;
    if (this.process.pid) void rm(noteOf(this.process.pid), { force: true });
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The folder with one file for each running process; set by the run's set-up. */
function notes(): string {
  const folder = process.env.MAIL_RUN_DIR;
  if (!folder) throw new Error('MAIL_RUN_DIR is not set; run the tests by `cargo xtask test --only mail`');
  return join(folder, 'running');
}

function noteOf(pid: number): string {
  return join(notes(), String(pid));
}

/** When a process began, so that another one with its old number is left alone. */
async function birth(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    const [, state, ...more] = stat.slice(stat.lastIndexOf(')')).split(' ');
    // Ended, though nobody has asked how.
    return state === 'Z' ? undefined : more[18];
  } catch {
    return undefined;
  }
}

/** Notes a process for {@link endAll}. */
export async function note(pid: number, name: string): Promise<void> {
  await mkdir(notes(), { recursive: true });
  await writeFile(noteOf(pid), JSON.stringify({ name, birth: await birth(pid) }));
}

/** Ends whatever tests left behind, by number, and returns the names. */
export async function endAll(): Promise<string[]> {
  const left: string[] = [];
  for (const file of await readdir(notes()).catch(() => [])) {
    const pid = Number(file);
    const noted = JSON.parse(await readFile(noteOf(pid), 'utf8')) as { name: string; birth?: string };
    if (noted.birth === undefined || noted.birth !== (await birth(pid))) continue;
    left.push(noted.name);
    process.kill(pid, 'SIGTERM');
    process.kill(pid, 'SIGCONT');
  }
  return left;
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The program under test. */
export const PROGRAM =
  process.env.SMART_HOSTS_BIN ??
  fileURLToPath(new URL('../../target/release/smart-hosts', import.meta.url));

/** How long a graceful stop may take; the program itself gives requests in flight 10 s. */
const STOP_MS = 12_000;

/** A row of either list, as the command line's `--json` prints it. */
export interface StoredRow {
  domain: string;
  host: string | null;
  port: number | null;
  scope?: string;
  comment: string;
}

/** What a test puts into a list before it begins. */
export interface Seed {
  domain: string;
  host?: string;
  port?: number;
  scope?: 'domain' | 'subdomains' | 'both';
  comment?: string;
}

/** Who the program runs as, and what its environment says beside the test's own. */
export interface Surroundings {
  user?: { uid: number; gid: number };
  env?: Record<string, string>;
  /** Nobody can sign in: the console is to be set up by the link in its log. */
  empty?: boolean;
}

/** What somebody may do at the console. */
export type Role = 'administrator' | 'operator' | 'viewer';

/** The password of everybody in these tests. */
export const PASSWORD = 'correct horse battery staple';

/** The administrator of every console in these tests. */
export const ADMIN = 'admin';

/** The name of the row that is added first: making the administrator and signing in are changes, too. */
export const FIRST = 3;

/** A cookie as a browser context takes it. */
export interface Cookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  expires: number;
  httpOnly: boolean;
  secure: boolean;
  sameSite: 'Strict';
}

/** One running program with a data folder of its own. */
export class Server {
  readonly log: string[] = [];
  /** By name, whoever has signed in. */
  readonly #cookies = new Map<string, Cookie[]>();
  #process: ChildProcess | undefined;
  #url = '';

  private constructor(
    readonly dataDir: string,
    private readonly surroundings: Surroundings,
  ) {}

  static async start(surroundings: Surroundings = {}): Promise<Server> {
    const server = new Server(await mkdtemp(join(tmpdir(), 'smart-hosts-')), surroundings);
    const { user } = surroundings;
    if (user) await chown(server.dataDir, user.uid, user.gid);
    if (!surroundings.empty) await server.person(ADMIN, 'administrator');
    await server.#serve('127.0.0.1:0');
    if (!surroundings.empty) await server.signIn(ADMIN);
    return server;
  }

  /** Adds somebody who may sign in. */
  async person(name: string, role: Role): Promise<void> {
    await this.runWithInput(PASSWORD, 'user', 'add', name, '--role', role, '--password-stdin');
  }

  /** Signs somebody in without a browser, once, and returns their cookies. */
  async signIn(name: string): Promise<Cookie[]> {
    const known = this.#cookies.get(name);
    if (known) return known;
    const answer = await fetch(`${this.#url}/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: this.#url },
      body: new URLSearchParams({ name, password: PASSWORD }),
    });
    await answer.arrayBuffer();
    if (answer.status !== 303) throw new Error(`${name} cannot sign in: ${answer.status}`);
    const cookies = answer.headers.getSetCookie().map((cookie) => {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = pair.split('=');
      const sameSite = 'Strict' as const;
      return { name, value, domain: '127.0.0.1', path: '/', expires: -1, httpOnly: true, secure: false, sameSite };
    });
    this.#cookies.set(name, cookies);
    return cookies;
  }

  /** What a browser holds in which somebody is signed in. */
  async storageState(name: string = ADMIN): Promise<{ cookies: Cookie[]; origins: never[] }> {
    return { cookies: await this.signIn(name), origins: [] };
  }

  /** The headers of a request that the administrator makes without a browser. */
  async headers(): Promise<Record<string, string>> {
    const cookies = await this.signIn(ADMIN);
    return { origin: this.#url, cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') };
  }

  /** The link by which the console is set up. */
  get setUpLink(): string {
    const links = this.log.map((line) => parsed(line).link).filter((link) => link !== undefined);
    return links.at(-1) ?? '';
  }

  /** Ends every session, as time does. */
  async endSessions(name: string = ADMIN): Promise<void> {
    this.#cookies.delete(name);
    await this.runWithInput(PASSWORD, 'user', 'set-password', name, '--password-stdin');
  }

  get url(): string {
    return this.#url;
  }

  async #serve(listen: string): Promise<void> {
    const args = ['serve', '--listen', listen, '--data-dir', this.dataDir, '--log-format', 'json'];
    const child = spawn(PROGRAM, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, SMART_HOSTS_LOG: 'info', ...this.surroundings.env },
      ...this.surroundings.user,
    });
    this.#process = child;
    const lines = createInterface({ input: child.stderr });
    this.#url = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`serve exited with ${code}:\n${this.log.join('\n')}`)));
      lines.on('line', (line) => {
        this.log.push(line);
        const said = parsed(line);
        if (said.message === 'serving' && said.url) resolve(said.url);
      });
    });
    child.removeAllListeners('exit');
  }

  /** What the program logged as errors. */
  errors(): string[] {
    return this.log.filter((line) => parsed(line).level === 'ERROR');
  }

  /** Stops it as an administrator would; throws if it does not end well. */
  async stop(): Promise<void> {
    const code = await this.#end('SIGTERM');
    if (code !== 0) throw new Error(`the server ended with ${code}:\n${this.log.slice(-20).join('\n')}`);
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Serves again on the same address and data folder. */
  async startAgain(): Promise<void> {
    await this.#serve(new URL(this.#url).host);
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string | null> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return child?.exitCode ?? 0;
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code, killedBy] = await exited;
    clearTimeout(late);
    return code ?? killedBy;
  }

  async remove(): Promise<void> {
    if (this.#process) await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Runs another command of the program on the same data folder and returns what it prints. */
  async run(...args: string[]): Promise<string> {
    return this.runWithInput('', ...args);
  }

  /** The same for a command that reads its standard input. */
  async runWithInput(input: string, ...args: string[]): Promise<string> {
    const { user, env } = this.surroundings;
    const running = promisify(execFile)(PROGRAM, [...args, '--data-dir', this.dataDir], {
      env: { ...process.env, ...env },
      ...user,
    });
    // A command that reads nothing may be gone before it is written to.
    running.child.stdin?.on('error', () => undefined).end(input);
    const { stdout } = await running;
    return stdout;
  }

  async route(domain: string, host = 'mail.example.net', ...more: string[]): Promise<void> {
    await this.run('route', 'add', domain, host, ...more);
  }

  async managedDomain(domain: string, ...more: string[]): Promise<void> {
    await this.run('managed-domain', 'add', domain, ...more);
  }

  async routes(): Promise<StoredRow[]> {
    return jsonLines(await this.run('route', 'list', '--json'));
  }

  async managedDomains(): Promise<StoredRow[]> {
    return jsonLines(await this.run('managed-domain', 'list', '--json'));
  }

  /** Adds many rows quickly, in the order given, by posting the console's own form. */
  async seed(page: 'smart-hosts' | 'managed-domains', rows: Seed[]): Promise<void> {
    for (const row of rows) {
      const answer = await fetch(`${this.#url}/smtp/domains/${page}`, {
        method: 'POST',
        redirect: 'manual',
        headers: await this.headers(),
        body: new URLSearchParams({
          do: 'add',
          domain: row.domain,
          relay_host: row.host ?? (page === 'smart-hosts' ? 'mail.example.net' : ''),
          relay_port: String(row.port ?? 25),
          scope: row.scope ?? 'domain',
          comment: row.comment ?? '',
        }),
      });
      await answer.arrayBuffer();
      if (answer.status !== 303) throw new Error(`seeding ${row.domain}: ${answer.status}`);
    }
  }
}

interface LogLine {
  level?: string;
  message?: string;
  url?: string;
  link?: string;
}

function parsed(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return {};
  }
}

function jsonLines(text: string): StoredRow[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as StoredRow);
}

import { chmod, mkdtemp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PROGRAM, Server } from '../../support/server.ts';
import { Authority, type Certificate } from './authority.ts';
import { Lookup } from './lookup.ts';
import { Postfix } from './postfix.ts';
import { nobody, run, runWhateverItSays } from './run.ts';
import { type Settings as HostSettings, SmartHost } from './smart-host.ts';

/** The name that every smart host in a test may have. */
const HOSTS = ['one', 'two', 'three', 'impostor', 'elsewhere'].map((name) => `${name}.test`);

export type Tls = 'none' | 'opportunistic' | 'required' | 'verified' | 'implicit';

/** What the gateway is to do at one smart host. */
export interface Account {
  tls?: Tls;
  user?: string;
  password?: string;
  /** Why the password may go in the clear. */
  reason?: string;
}

/** One line of the doctor's report. */
export interface Check {
  name: string;
  outcome: 'ok' | 'warning' | 'failure' | 'unknown';
  found: string;
  /** A command to copy. */
  fix: string | null;
}

/** A whole gateway: console, look-up service and Postfix, each a process of its own. */
export class Gateway {
  readonly #hosts: SmartHost[] = [];
  #certificates = new Map<string, Promise<Certificate>>();

  private constructor(
    readonly console: Server,
    readonly lookup: Lookup,
    readonly postfix: Postfix,
    readonly authority: Authority,
    /** Where mail arrives that nothing routes: in a test, the wrong place. */
    readonly elsewhere: SmartHost,
  ) {}

  static async start(): Promise<Gateway> {
    const authority = Authority.at(join(runFolder(), 'authority'));
    const elsewhere = await SmartHost.start('elsewhere.test');
    const postfix = await configured(authority, elsewhere);

    const user = await nobody();
    const console = await Server.start({ user, env: { SMART_HOSTS_ALLOW_LOOPBACK_HOSTS: '1' } });
    const lookup = new Lookup(join(postfix.queue, 'smart-hosts/lookup.sock'), console.dataDir, user);
    const gateway = new Gateway(console, lookup, postfix, authority, elsewhere);
    try {
      await lookup.start();
      await postfix.start();
    } catch (error) {
      await gateway.stop();
      throw error;
    }
    return gateway;
  }

  /** A second Postfix, configured as the first one and not started yet. */
  async twin(): Promise<Postfix> {
    return configured(this.authority, this.elsewhere);
  }

  /** Starts a smart host; by default one that asks for TLS, with a certificate for its name. */
  async smartHost(name: string, settings: HostSettings = {}): Promise<SmartHost> {
    const tls = settings.tls ?? 'starttls';
    const certificate = tls === 'none' ? undefined : (settings.certificate ?? (await this.certificate(name)));
    const host = await SmartHost.start(name, { ...settings, tls, ...(certificate && { certificate }) });
    this.#hosts.push(host);
    return host;
  }

  async certificate(name: string): Promise<Certificate> {
    const made = this.#certificates.get(name) ?? this.authority.issue(name);
    this.#certificates.set(name, made);
    return made;
  }

  /** Tells the console how to talk to a smart host. */
  async settings(host: { name: string; port: number }, account: Account): Promise<void> {
    const args = ['smart-host', 'set', host.name, String(host.port), '--tls', account.tls ?? 'required'];
    if (account.user !== undefined) args.push('--user', account.user, '--password-stdin');
    if (account.reason !== undefined) args.push('--login-reason', account.reason);
    await this.console.runWithInput(account.password ?? '', ...args);
  }

  /** The folder of the program under test, for commands that name it. */
  get programs(): string {
    return dirname(PROGRAM);
  }

  /** What the doctor says of this Postfix, check by check. */
  async examine(): Promise<Check[]> {
    // As root, as an administrator does it; its exit code says how bad it is, which the checks say too.
    const report = await runWhateverItSays(
      PROGRAM, 'postfix', 'check', '--json', '--config-dir', this.postfix.config, '--user', 'nobody',
      '--ca-file', this.authority.certificate, '--data-dir', this.console.dataDir,
    );
    return (JSON.parse(report) as { checks: Check[] }).checks;
  }

  /** The messages that went where nothing was to go. */
  get astray(): string[] {
    return this.elsewhere.messages.map((message) => message.id || `from <${message.sender}>`);
  }

  logs(): Record<string, string> {
    const hosts = [this.elsewhere, ...this.#hosts].map((host) => [`${host.name}:${host.port}`, host.log()]);
    return {
      console: this.console.log.join('\n'),
      lookup: this.lookup.log(),
      postfix: this.postfix.log.join('\n'),
      ...(Object.fromEntries(hosts) as Record<string, string>),
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.elsewhere, ...this.#hosts].map((host) => host.stop()));
    await this.postfix.stop();
    // Before the folder goes in which its socket is.
    await this.lookup.stop();
    await this.postfix.remove();
    await this.console.remove();
  }
}

function runFolder(): string {
  return process.env.MAIL_RUN_DIR ?? '';
}

/** A Postfix as Debian configures it, and then as the program under test says it must be. */
async function configured(authority: Authority, elsewhere: SmartHost): Promise<Postfix> {
  const folder = await mkdtemp(join(runFolder(), 'postfix-'));
  await chmod(folder, 0o755);
  const postfix = await Postfix.make({ folder, elsewhere: elsewhere.nextHop, hosts: HOSTS });
  await run(
    PROGRAM, 'postfix', 'config', '--apply', '--config-dir', postfix.config, '--user', 'nobody',
    '--ca-file', authority.certificate,
  );
  return postfix;
}

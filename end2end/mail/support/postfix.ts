import { chown, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { glob } from './files.ts';
import { Child, note } from './child.ts';
import { freePort, idOf, run } from './run.ts';
import { type Answer, type Mail, swaks } from './swaks.ts';

/** What Debian's package puts into the chroot, but for `etc/hosts` and `etc/nsswitch.conf`. */
const CHROOT_FILES = ['etc/localtime', 'etc/services', 'etc/host.conf', 'etc/resolv.conf'];
const CHROOT_LIBRARIES = /^lib(nss_.*|resolv.*|gcc_s.*)\.so/;
const LIBRARY_FOLDERS = ['/lib/x86_64-linux-gnu', '/lib/aarch64-linux-gnu', '/lib64'];

export interface Settings {
  /** An existing folder for all its files, which user postfix can reach. */
  folder: string;
  /** Where mail goes that nobody routes: what the rest of the world would be. */
  elsewhere: string;
  /** Host names of the servers in the test; all are at 127.0.0.1. */
  hosts: string[];
}

/** What Postfix's log says about one attempt to deliver to one recipient. */
export interface Attempt {
  to: string;
  service: string;
  relay: string;
  status: 'sent' | 'deferred' | 'bounced';
  text: string;
}

/** One running Postfix with a configuration, a queue and a port of its own. */
export class Postfix {
  #running = false;
  #log: Child | undefined;

  private constructor(
    private readonly settings: Settings,
    readonly port: number,
  ) {}

  /** Makes the files of a Postfix as Debian configures it, and does not start it yet. */
  static async make(settings: Settings): Promise<Postfix> {
    const postfix = new Postfix(settings, await freePort());
    for (const folder of [postfix.config, postfix.queue, postfix.data, join(postfix.queue, 'etc')]) {
      await mkdir(folder, { mode: 0o755 });
    }
    await chown(postfix.data, await idOf('user', 'postfix'), await idOf('group', 'postfix'));
    await writeFile(join(postfix.config, 'main.cf'), postfix.mainCf());
    await writeFile(join(postfix.config, 'master.cf'), await postfix.masterCf());
    await postfix.fillChroot();
    return postfix;
  }

  /** The folder of `main.cf` and `master.cf`. */
  get config(): string {
    return join(this.settings.folder, 'config');
  }

  get queue(): string {
    return join(this.settings.folder, 'queue');
  }

  private get data(): string {
    return join(this.settings.folder, 'data');
  }

  private get logFile(): string {
    return join(this.settings.folder, 'mail.log');
  }

  private mainCf(): string {
    return [
      // As Debian's package writes it for an Internet site.
      'compatibility_level = 3.6',
      'biff = no',
      'append_dot_mydomain = no',
      'readme_directory = no',
      'smtp_tls_security_level = may',
      'smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination',
      'myhostname = gateway.test',
      'mydestination = $myhostname',
      'recipient_delimiter = +',
      // A private instance.
      `queue_directory = ${this.queue}`,
      `data_directory = ${this.data}`,
      'inet_interfaces = 127.0.0.1',
      'inet_protocols = ipv4',
      'mynetworks = 127.0.0.1/32',
      'alias_maps =',
      'alias_database =',
      `mail_spool_directory = ${join(this.settings.folder, 'mailboxes')}/`,
      'notify_classes =',
      `maillog_file = ${this.logFile}`,
      `maillog_file_prefixes = ${this.settings.folder}`,
      // No name server: names come from the chroot's own etc/hosts.
      'smtp_host_lookup = native',
      `default_transport = smtp:${this.settings.elsewhere}`,
      // Tests do not wait for minutes.
      'minimal_backoff_time = 1s',
      'maximal_backoff_time = 2s',
      'queue_run_delay = 1s',
      'smtpd_error_sleep_time = 0',
      '',
    ].join('\n');
  }

  /** Debian's own, on another port. */
  private async masterCf(): Promise<string> {
    const debian = await readFile('/usr/share/postfix/master.cf.dist', 'utf8');
    const own = debian.replace(/^smtp(\s+inet\s)/m, `127.0.0.1:${this.port}$1`);
    if (own === debian) throw new Error('master.cf.dist has no service smtp of type inet');
    return own;
  }

  private async fillChroot(): Promise<void> {
    const copies = CHROOT_FILES.map((file) => `/${file}`);
    for (const folder of LIBRARY_FOLDERS) copies.push(...(await glob(folder, CHROOT_LIBRARIES)));
    for (const file of copies) {
      const copy = join(this.queue, file);
      await mkdir(dirname(copy), { recursive: true });
      await cp(file, copy, { dereference: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
    // The machine's own name, because the library that logs in looks it up.
    const names = ['localhost', hostname(), 'gateway.test', ...this.settings.hosts].join(' ');
    await writeFile(join(this.queue, 'etc/hosts'), `127.0.0.1 ${names}\n`);
    await writeFile(join(this.queue, 'etc/nsswitch.conf'), 'hosts: files\nservices: files\n');
  }

  /** Starts it and waits until it listens. */
  async start(): Promise<void> {
    await writeFile(this.logFile, '', { flag: 'a' });
    this.#log ??= await Child.start('the reader of the mail log', 'tail', ['-n', '+1', '-F', this.logFile]);
    // It comes back when the master has said that all is well.
    await run('postfix', '-c', this.config, 'start');
    this.#running = true;
    const master = await readFile(join(this.queue, 'pid/master.pid'), 'utf8');
    await note(Number(master), 'Postfix');
  }

  /** Stops it and all its daemons. What is in the queue stays there. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    await run('postfix', '-c', this.config, 'stop');
  }

  /** Changes `main.cf`; effective after {@link reload}. */
  async set(parameter: string, value: string): Promise<void> {
    await run('postconf', '-c', this.config, '-e', `${parameter}=${value}`);
  }

  async reload(): Promise<void> {
    const from = this.reader.lines.length;
    await run('postfix', '-c', this.config, 'reload');
    await this.reader.untilLine(/reload -- version/, from);
  }

  /** Makes it try again now whatever waits. */
  async flush(): Promise<void> {
    await run('postqueue', '-c', this.config, '-f');
  }

  /** The names of the messages in the queue, whatever they wait for. */
  async queued(): Promise<string[]> {
    const lines = (await run('postqueue', '-c', this.config, '-j')).split('\n').filter(Boolean);
    return lines.map((line) => (JSON.parse(line) as { queue_id: string }).queue_id);
  }

  /** Sends a message by swaks. */
  async send(mail: Mail): Promise<Answer> {
    return swaks(this.port, mail);
  }

  /** Sends a message that must be accepted, and returns its name in the queue. */
  async accept(mail: Mail): Promise<string> {
    const answer = await this.send(mail);
    if (answer.queueId === undefined) throw new Error(`the gateway refused ${mail.to}: ${answer.reply}`);
    return answer.queueId;
  }

  /** Waits for the first attempt to deliver a message, or for the first one by a certain service. */
  async attempt(queueId: string, { service }: { service?: string } = {}): Promise<Attempt> {
    return this.reader.until(`an attempt to deliver ${queueId}`, (lines) =>
      attempts(lines, queueId).find((attempt) => service === undefined || attempt.service === service),
    );
  }

  /** All that was logged, from the first start. */
  get log(): readonly string[] {
    return this.#log?.lines ?? [];
  }

  /** Every attempt of every message so far. */
  get attempts(): Attempt[] {
    return attempts(this.log);
  }

  private get reader(): Child {
    if (!this.#log) throw new Error('Postfix was never started');
    return this.#log;
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.#log?.stop();
    await rm(this.settings.folder, { recursive: true, force: true });
  }
}

/** `postfix/smarthost/smtp[7]: 4bC: to=<a@b>, orig_to=<c>, relay=h[1.2.3.4]:25, …, status=sent (250 Ok)` */
const ATTEMPT =
  /postfix\/([\w/-]+)\[\d+\]: (\w+): to=<([^>]*)>,(?: orig_to=<[^>]*>,)? relay=([^,]+),.* status=(\w+) \((.*)\)$/;

function attempts(lines: readonly string[], queueId?: string): Attempt[] {
  const found: Attempt[] = [];
  for (const line of lines) {
    if (queueId !== undefined && !line.includes(` ${queueId}: `)) continue;
    const match = ATTEMPT.exec(line);
    if (!match) continue;
    const [, service = '', , to = '', relay = '', status = '', text = ''] = match;
    found.push({ to, service, relay, status: status as Attempt['status'], text });
  }
  return found;
}

// Without a look-up service: the commands in the documentation, as they stand there.
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Gateway } from '../support/gateway.ts';
import { run } from '../support/run.ts';
import { expect, test } from '../support/test.ts';

const ACCOUNT = { user: 'gateway', password: 'secret: of the gateway' };
const ACCOUNTS = { [ACCOUNT.user]: ACCOUNT.password };
const OUTSIDE = '127.0.0.9';

test('from files, mail goes to the same hosts by the same TLS and login', async ({ gateway }) => {
  const verified = await gateway.smartHost('one.test', { accounts: ACCOUNTS });
  const implicit = await gateway.smartHost('two.test', { tls: 'implicit', accounts: ACCOUNTS });
  const clear = await gateway.smartHost('three.test', { tls: 'none', accounts: ACCOUNTS });
  const withoutTls = await gateway.smartHost('one.test', { tls: 'none' });
  const impostor = await gateway.smartHost('two.test', { certificate: await gateway.certificate('impostor.test') });
  await gateway.settings(verified, { tls: 'verified', ...ACCOUNT });
  await gateway.settings(implicit, { tls: 'implicit', ...ACCOUNT });
  await gateway.settings(clear, { tls: 'none', reason: 'a cable of our own', ...ACCOUNT });
  await gateway.settings(withoutTls, { tls: 'required' });
  await gateway.settings(impostor, { tls: 'verified' });
  const routed = { verified, implicit, clear, 'without-tls': withoutTls, impostor };
  for (const [name, host] of Object.entries(routed)) {
    await gateway.console.route(`${name}.example`, host.name, String(host.port));
  }
  await gateway.console.route('gone.example', verified.name, String(verified.port));
  await gateway.console.run('route', 'delete', 'gone.example');
  const own = await gateway.smartHost('three.test', { tls: 'none' });
  await gateway.console.managedDomain('managed.example', own.name, String(own.port));
  await gateway.lookup.stop();

  const passwords = [verified, implicit, clear].map((host) => `${host.nextHop} ${ACCOUNT.user}:${ACCOUNT.password}\n`);
  await appendFile(join(gateway.postfix.config, 'smart-hosts.passwords'), passwords.join(''));
  await breakGlass(gateway);

  for (const [name, tls] of [['verified', 'TLSv1.3'], ['implicit', 'TLSv1.3'], ['clear', null]] as const) {
    await gateway.postfix.accept({ to: `alice@${name}.example`, id: name });
    expect(await routed[name].message(name), name).toMatchObject({ user: ACCOUNT.user, tls });
  }
  for (const name of ['without-tls', 'impostor'] as const) {
    const waiting = await gateway.postfix.accept({ to: `alice@${name}.example`, id: name });
    expect((await gateway.postfix.attempt(waiting)).status, name).toBe('deferred');
    expect(routed[name].count('sender'), name).toBe(0);
  }
  await gateway.postfix.accept({ to: 'alice@managed.example', id: 'managed', client: OUTSIDE });
  await own.message('managed');
  expect((await gateway.postfix.send({ to: 'alice@gone.example', id: 'gone' })).reply).toMatch(/^450 4\.4\.0 /);
  for (const to of ['alice@verified.example', 'alice@sub.managed.example']) {
    const answer = await gateway.postfix.send({ to, id: to, client: OUTSIDE });
    expect(answer.reply, to).toMatch(/^[45]54 .*Relay access denied/);
  }
  expect(gateway.astray).toEqual([]);
});

/** Runs the documented commands, for this Postfix and this database in place of the machine's own. */
async function breakGlass({ console, postfix, programs }: Gateway): Promise<void> {
  const page = await readFile(new URL('../../../docs/postfix.md', import.meta.url), 'utf8');
  const commands = /^```sh break-glass\n(.*?)^```/ms.exec(page)?.[1];
  if (commands === undefined) throw new Error('the documentation has no commands for this');
  const here = commands
    .replaceAll('/etc/postfix', postfix.config)
    .replaceAll('/var/lib/smart-hosts', console.dataDir)
    .replaceAll(/(?<=^ *|&& )(postconf|postfix|postqueue)\b/gm, `$1 -c ${postfix.config}`);
  await run('sh', '-euc', `PATH=${programs}:$PATH\n${here}`);
}

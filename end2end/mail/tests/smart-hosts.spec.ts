// Accounts, encryption, several hosts, names in other scripts.
import { SmtpClient } from '../support/smtp-client.ts';
import { expect, test } from '../support/test.ts';
import { freePort } from '../support/run.ts';

const ACCOUNT = { user: 'gateway', password: 'secret' };
const ACCOUNTS = { [ACCOUNT.user]: ACCOUNT.password };

test('the second host gets what the first cannot take', async ({ gateway }) => {
  const down = { name: 'one.test', port: await freePort() };
  const second = await gateway.smartHost('two.test', { accounts: ACCOUNTS });
  for (const host of [down, second]) await gateway.settings(host, { tls: 'verified', ...ACCOUNT });
  await gateway.console.run('route', 'add', 'example.org', `${down.name}:${down.port}`, `${second.name}:${second.port}`);
  await gateway.postfix.accept({ to: 'alice@example.org', id: 'first is down' });
  expect(await second.message('first is down')).toMatchObject({ user: ACCOUNT.user, tls: 'TLSv1.3' });

  const first = await gateway.smartHost(down.name, { port: down.port, accounts: ACCOUNTS });
  await gateway.postfix.accept({ to: 'bob@example.org', id: 'first is back' });
  expect(await first.message('first is back')).toMatchObject({ user: ACCOUNT.user });
  expect(second.messages).toHaveLength(1);
  expect(gateway.astray).toEqual([]);
});

test('two accounts on two ports of one host, and one with encryption from the start', async ({ gateway }) => {
  const named = (user: string) => ({ user, password: `of ${user}` });
  const hosts = [];
  for (const [index, tls] of (['starttls', 'starttls', 'implicit'] as const).entries()) {
    const account = named(`user${index}`);
    const host = await gateway.smartHost('one.test', { tls, accounts: { [account.user]: account.password } });
    await gateway.settings(host, { tls: tls === 'implicit' ? 'implicit' : 'required', ...account });
    await gateway.console.route(`d${index}.example`, host.name, String(host.port));
    hosts.push(host);
  }
  for (const [index, host] of hosts.entries()) {
    await gateway.postfix.accept({ to: `alice@d${index}.example`, id: `m${index}` });
    expect(await host.message(`m${index}`)).toMatchObject({ user: `user${index}`, tls: 'TLSv1.3' });
  }
  for (const host of hosts) expect(host.messages).toHaveLength(1);
});

for (const [kind, password] of Object.entries({
  'with colons': ':a:b::',
  'with spaces': ' two  spaces and one at each end ',
  'in no ASCII': 'pässwörd – пароль 密码',
})) {
  test(`a password ${kind}`, async ({ gateway }) => {
    const host = await gateway.smartHost('one.test', { accounts: { gateway: password } });
    await gateway.settings(host, { tls: 'required', user: 'gateway', password });
    await gateway.console.route('example.org', host.name, String(host.port));
    await gateway.postfix.accept({ to: 'alice@example.org', id: 'm' });
    expect(await host.message('m')).toMatchObject({ user: 'gateway' });
  });
}

test('a wrong password is a delay that ends with the right one', async ({ gateway }) => {
  const host = await gateway.smartHost('one.test', { accounts: ACCOUNTS });
  await gateway.settings(host, { tls: 'required', user: ACCOUNT.user, password: 'wrong' });
  await gateway.console.route('example.org', host.name, String(host.port));
  const waiting = await gateway.postfix.accept({ to: 'alice@example.org', id: 'm' });
  expect((await gateway.postfix.attempt(waiting)).status).toBe('deferred');
  expect(host.messages).toEqual([]);
  await gateway.settings(host, { tls: 'required', ...ACCOUNT });
  await gateway.postfix.flush();
  expect(await host.message('m')).toMatchObject({ user: ACCOUNT.user });
});

test('no account where one is demanded is a delay, too', async ({ gateway }) => {
  const host = await gateway.smartHost('one.test', { accounts: ACCOUNTS });
  await gateway.settings(host, { tls: 'required' });
  await gateway.console.route('example.org', host.name, String(host.port));
  const waiting = await gateway.postfix.accept({ to: 'alice@example.org', id: 'm' });
  expect((await gateway.postfix.attempt(waiting)).status).toBe('deferred');
  await gateway.settings(host, { tls: 'required', ...ACCOUNT });
  await gateway.postfix.flush();
  await host.message('m');
  expect(gateway.astray).toEqual([]);
});

test('a login in the clear, where somebody gave a reason for it', async ({ gateway }) => {
  const host = await gateway.smartHost('one.test', { tls: 'none', accounts: ACCOUNTS });
  const other = await gateway.smartHost('two.test', { tls: 'none' });
  await gateway.settings(host, { tls: 'none', reason: 'a cable of our own', ...ACCOUNT });
  await gateway.settings(other, { tls: 'none' });
  await gateway.console.run('route', 'add', 'example.org', `${host.name}:${host.port}`);
  await gateway.console.run('route', 'add', 'example.net', `${host.name}:${host.port}`, `${other.name}:${other.port}`);
  for (const domain of ['example.org', 'example.net']) {
    await gateway.postfix.accept({ to: `alice@${domain}`, id: domain });
    expect(await host.message(domain)).toMatchObject({ user: ACCOUNT.user, tls: null });
  }
  expect(gateway.astray).toEqual([]);
});

test('a domain in another script, in both of its forms', async ({ gateway }) => {
  const host = await gateway.smartHost('one.test', { tls: 'none' });
  await gateway.settings(host, { tls: 'none' });
  await gateway.console.route('bücher.example', host.name, String(host.port));
  await gateway.postfix.accept({ to: 'alice@xn--bcher-kva.example', id: 'encoded' });
  await host.message('encoded');
  const client = await SmtpClient.connect(gateway.postfix.port);
  for (const [id, to] of Object.entries({ 'as it is': 'jürgen@bücher.example', 'in capitals': 'anna@BÜCHER.example' })) {
    expect(await client.send({ to, id, utf8: true })).toMatch(/^250 /);
    expect(await host.message(id)).toMatchObject({ recipients: [to] });
  }
  await client.quit();
  expect(gateway.astray).toEqual([]);
});

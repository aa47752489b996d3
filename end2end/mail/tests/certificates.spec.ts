// Under "verified", who cannot prove its name gets nothing: no message, no password.
import { expect, test } from '../support/test.ts';

const ACCOUNT = { user: 'gateway', password: 'secret' };
const ACCOUNTS = { [ACCOUNT.user]: ACCOUNT.password };

test('a certificate for another name', async ({ gateway }) => {
  const host = await gateway.smartHost('one.test', {
    accounts: ACCOUNTS, certificate: await gateway.certificate('impostor.test'),
  });
  await gateway.settings(host, { tls: 'verified', ...ACCOUNT });
  await gateway.console.route('example.org', host.name, String(host.port));
  const waiting = await gateway.postfix.accept({ to: 'alice@example.org', id: 'm' });
  const attempt = await gateway.postfix.attempt(waiting);
  expect(attempt.status).toBe('deferred');
  expect(attempt.text).toMatch(/certificate not verified/i);
  expect(host.count('connected')).toBeGreaterThan(0);
  expect(host.count('auth')).toBe(0);
  expect(host.count('sender')).toBe(0);
  expect(gateway.astray).toEqual([]);

  // With the demand lowered, the message that waited goes out; which shows that only the name was wrong.
  await gateway.settings(host, { tls: 'required', ...ACCOUNT });
  await gateway.postfix.flush();
  expect(await host.message('m')).toMatchObject({ user: ACCOUNT.user, tls: 'TLSv1.3' });
});

test('a certificate that nobody known has signed', async ({ gateway }) => {
  const host = await gateway.smartHost('one.test', {
    accounts: ACCOUNTS, certificate: await gateway.authority.selfSigned('one.test'),
  });
  await gateway.settings(host, { tls: 'verified', ...ACCOUNT });
  await gateway.console.route('example.org', host.name, String(host.port));
  const waiting = await gateway.postfix.accept({ to: 'alice@example.org', id: 'm' });
  expect((await gateway.postfix.attempt(waiting)).status).toBe('deferred');
  expect(host.count('auth')).toBe(0);
  expect(host.count('sender')).toBe(0);
});

test('no STARTTLS where encryption is required', async ({ gateway }) => {
  const host = await gateway.smartHost('one.test', { tls: 'none' });
  await gateway.settings(host, { tls: 'required' });
  await gateway.console.route('example.org', host.name, String(host.port));
  const waiting = await gateway.postfix.accept({ to: 'alice@example.org', id: 'm' });
  expect((await gateway.postfix.attempt(waiting)).status).toBe('deferred');
  expect(host.count('connected')).toBeGreaterThan(0);
  expect(host.count('sender')).toBe(0);
  expect(gateway.astray).toEqual([]);
});

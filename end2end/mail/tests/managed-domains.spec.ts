// What the gateway takes from the outside, and what it refuses there.
import {
  DEFAULT_ROUTING, MANAGED_DOMAINS, button, expectRow, expectSaid, open, tryAdd, type,
} from '../../support/console.ts';
import { expect, test } from '../support/test.ts';

const OUTSIDE = '127.0.0.9';

test('mail for managed domains comes in and goes to their own host, or to the default', async ({ page, gateway }) => {
  const own = await gateway.smartHost('one.test', { tls: 'none' });
  const byDefault = await gateway.smartHost('two.test', { tls: 'none' });

  await open(page, DEFAULT_ROUTING);
  await type(page.getByRole('main'), { host: byDefault.name, port: String(byDefault.port) });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved: the default is');
  await open(page, MANAGED_DOMAINS);
  await tryAdd(page, { domain: 'own.example', host: own.name, port: String(own.port) });
  await expectSaid(page, 'Added own.example');
  await tryAdd(page, { domain: 'default.example', host: '', port: '' });
  await expectSaid(page, 'Added default.example');
  await expectRow(page, 'default.example', { domain: 'default.example' });

  await gateway.postfix.accept({ to: 'alice@own.example', id: 'own', client: OUTSIDE });
  await gateway.postfix.accept({ to: 'Alice@Default.Example', id: 'default', client: OUTSIDE });
  expect(await own.message('own')).toMatchObject({ recipients: ['alice@own.example'], user: null });
  await byDefault.message('default');
  expect(gateway.astray).toEqual([]);
});

test('what is not managed is refused from outside', async ({ gateway }) => {
  const host = await gateway.smartHost('one.test', { tls: 'none' });
  await gateway.settings(host, { tls: 'none' });
  await gateway.console.managedDomain('managed.example', host.name, String(host.port));
  await gateway.console.route('routed.example', host.name, String(host.port));
  for (const to of ['a@unlisted.example', 'a@routed.example', 'a@sub.managed.example', 'a%routed.example@unlisted.example']) {
    const answer = await gateway.postfix.send({ to, id: to, client: OUTSIDE });
    expect(answer.reply, to).toMatch(/^[45]54 .*Relay access denied/);
  }
  // From inside, the smart host's domain is what the gateway is for.
  await gateway.postfix.accept({ to: 'a@routed.example', id: 'inside' });
  await host.message('inside');
  await gateway.postfix.accept({ to: 'a@managed.example', id: 'managed', client: OUTSIDE });
  await host.message('managed');
  expect(host.messages).toHaveLength(2);
  expect(gateway.astray).toEqual([]);
});

test('a managed domain without any host waits for one, and does not go astray', async ({ gateway }) => {
  await gateway.console.managedDomain('managed.example');
  const answer = await gateway.postfix.send({ to: 'a@managed.example', id: 'waits', client: OUTSIDE });
  // Either the gateway asks the sender to come again, or it keeps the message and tries again itself.
  if (answer.queueId === undefined) expect(answer.reply).toMatch(/^4/);
  else expect((await gateway.postfix.attempt(answer.queueId)).status).toBe('deferred');
  const host = await gateway.smartHost('one.test', { tls: 'none' });
  await gateway.console.run('default-routing', 'set', host.name, String(host.port));
  if (answer.queueId === undefined) {
    await gateway.postfix.accept({ to: 'b@managed.example', id: 'waits', client: OUTSIDE });
  }
  await host.message('waits');
  expect(gateway.astray).toEqual([]);
});

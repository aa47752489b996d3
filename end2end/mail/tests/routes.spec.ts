// A change on the screen and the very next message.
import { add, askDelete, button, edit, expectSaid, open, type } from '../../support/console.ts';
import { freePort } from '../support/run.ts';
import { expect, measured, test } from '../support/test.ts';

const ACCOUNT = { user: 'gateway', password: 'secret' };
const ACCOUNTS = { [ACCOUNT.user]: ACCOUNT.password };

test('a route works on the next message: added, moved to another port, deleted', async ({ page, gateway }) => {
  const first = await gateway.smartHost('one.test', { accounts: ACCOUNTS });
  const second = await gateway.smartHost('one.test', { accounts: ACCOUNTS });
  for (const host of [first, second]) await gateway.settings(host, { tls: 'verified', ...ACCOUNT });
  await open(page);

  let began = performance.now();
  await add(page, { domain: 'example.org', host: first.name, port: String(first.port) });
  measured('from Add to what the page says', began);
  await gateway.postfix.accept({ to: 'alice@example.org', id: 'added' });
  expect(await first.message('added')).toMatchObject({
    recipients: ['alice@example.org'], user: ACCOUNT.user, tls: 'TLSv1.3',
  });
  measured('from Add to a message at the smart host', began);

  const row = await edit(page, 'example.org');
  await type(row, { port: String(second.port) });
  began = performance.now();
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved example.org');
  await gateway.postfix.accept({ to: 'bob@example.org', id: 'moved' });
  expect(await second.message('moved')).toMatchObject({ user: ACCOUNT.user, tls: 'TLSv1.3' });
  measured('from Save to a message at the other port', began);

  const box = await askDelete(page, 'example.org');
  began = performance.now();
  await button(box, 'OK').click();
  await expectSaid(page, 'Deleted 1 route.');
  // Held until the administrator releases it, instead of going to the domain's own servers: its
  // sender is asked to come again.
  const answer = await gateway.postfix.send({ to: 'carol@example.org', id: 'deleted' });
  measured('from OK to the first message that is held', began);
  expect(answer.reply).toMatch(/^450 4\.4\.0 <carol@example\.org>/);

  expect(first.messages.map((message) => message.id)).toEqual(['added']);
  expect(second.messages.map((message) => message.id)).toEqual(['moved']);
  expect(gateway.astray).toEqual([]);
});

test('queued mail of a deleted route is held, and goes on its own way once it is released', async ({ gateway }) => {
  const port = await freePort();
  await gateway.settings({ name: 'one.test', port }, { tls: 'none' });
  await gateway.console.route('example.org', 'one.test', String(port));
  const queued = await gateway.postfix.accept({ to: 'alice@example.org', id: 'queued' });
  expect((await gateway.postfix.attempt(queued)).service).toBe('smarthost/smtp');

  // Postfix may ask nothing for 30 s that it has asked just before; this is how to hurry.
  const hurry = async (): Promise<void> => {
    await gateway.postfix.reload();
    await gateway.postfix.flush();
  };
  await gateway.console.run('route', 'delete', 'example.org');
  await hurry();
  expect(await gateway.postfix.attempt(queued, { service: 'error' })).toMatchObject({ status: 'deferred' });
  expect(gateway.astray).toEqual([]);

  await gateway.console.run('route', 'release', 'example.org');
  await hurry();
  await gateway.elsewhere.message('queued');
});

test('a route for subdomains, and the more specific one that wins', async ({ gateway }) => {
  const general = await gateway.smartHost('one.test', { tls: 'none' });
  const special = await gateway.smartHost('two.test', { tls: 'none' });
  for (const host of [general, special]) await gateway.settings(host, { tls: 'none' });
  await gateway.console.route('example.org', general.name, String(general.port), '--scope', 'both');
  await gateway.console.route('sales.example.org', special.name, String(special.port));
  for (const [id, to] of Object.entries({
    itself: 'Alice+list@EXAMPLE.org',
    below: 'alice@www.example.org',
    special: 'alice@sales.example.org',
    deeper: 'alice@eu.sales.example.org',
    quoted: '"a@b"@example.org',
    other: 'alice@notexample.org',
  })) {
    await gateway.postfix.accept({ to, id });
  }
  await general.arrived(4);
  await special.message('special');
  await gateway.elsewhere.message('other');
  expect(general.messages.map((message) => message.id).sort()).toEqual(['below', 'deeper', 'itself', 'quoted']);
  expect(special.messages).toHaveLength(1);
  expect(gateway.astray).toEqual(['other']);
});

import {
  DEFAULT_ROUTING, MANAGED_DOMAINS, add, button, edit, editor, entryRow, expectRight, expectRow, expectRows, expectTyped,
  expectWrong, field, link, open, row, tryAdd, type,
} from '../support/console.ts';
import { FIRST } from '../support/server.ts';
import { expect, scripted, test } from '../support/test.ts';

const refused = [
  { name: 'domain', typed: '', says: 'Type a domain, such as example.com.' },
  { name: 'domain', typed: 'example', says: 'is one word' },
  { name: 'domain', typed: 'exam ple.com', says: 'has a space in it' },
  { name: 'domain', typed: 'user@example.com', says: 'is a mail address. Type example.com.' },
  { name: 'domain', typed: 'https://example.com/path', says: 'is a web address or a path. Type example.com.' },
  { name: 'domain', typed: '192.0.2.1', says: 'is an IP address' },
  { name: 'domain', typed: 'localhost', says: 'localhost is this machine' },
  { name: 'domain', typed: '*', says: 'has a * in it' },
  { name: 'domain', typed: '_dmarc.example.com', says: 'has an underscore in it' },
  { name: 'domain', typed: 'example..com', says: 'has a dot too many' },
  { name: 'domain', typed: '-a.example.com', says: 'starts or ends with a hyphen' },
  { name: 'domain', typed: 'example.123', says: 'ends in a number' },
  { name: 'domain', typed: `${'a'.repeat(64)}.com`, says: 'is 64 characters long' },
  { name: 'domain', typed: `${'abcdefg.'.repeat(32)}com`, says: 'The name is 259 characters long' },
  { name: 'domain', typed: 'xn--a.example.com', says: 'is no valid international domain name' },
  { name: 'host', typed: '', says: 'Type a host name or an IP address' },
  { name: 'host', typed: '0.0.0.0', says: 'stands for no particular host' },
  { name: 'host', typed: '::', says: ':: stands for no particular host' },
  { name: 'host', typed: '224.0.0.1', says: 'is a multicast address' },
  { name: 'host', typed: '255.255.255.255', says: 'is the broadcast address' },
  { name: 'host', typed: 'fe80::1%eth0', says: 'has more than an address in it. Type only fe80::1.' },
  { name: 'host', typed: '192.0.2', says: 'is no IPv4 address' },
  { name: 'host', typed: 'mail_1.example.net', says: 'has an underscore in it' },
  { name: 'port', typed: '', says: 'Type a port from 1 to 65535; 25 is usual.' },
  { name: 'port', typed: '0', says: 'is out of range' },
  { name: 'port', typed: '65536', says: 'is out of range' },
  { name: 'port', typed: 'smtp', says: 'is no port. Type digits only' },
  { name: 'port', typed: '-25', says: 'Type digits only' },
  { name: 'comment', typed: 'x'.repeat(256), says: 'At most 255 are possible' },
] as const;

test('every refusal stands beside its field, and nothing typed is lost', async ({ page, faults, server }) => {
  test.slow(true, 'many refusals, one after another');
  faults.expectStatus(422);
  await open(page);
  for (const { name, typed, says } of refused) {
    await test.step(`${name} ${typed.slice(0, 30)}`, async () => {
      const entry = { domain: 'example.com', host: 'mail.example.net', port: '587', comment: 'kept', [name]: typed };
      await tryAdd(page, { ...entry, scope: 'Domain and subdomains' });
      await expectWrong(entryRow(page), name, says);
      await expectTyped(entryRow(page), { ...entry, scope: 'Domain and subdomains' });
      for (const other of ['domain', 'host', 'port', 'comment'] as const) {
        if (other !== name) await expectRight(entryRow(page), other);
      }
      if (scripted()) await expect(field(entryRow(page), name)).toBeFocused();
    });
  }
  expect(await server.routes()).toEqual([]);
});

test('all that is wrong is said at once, and goes as each is put right', async ({ page, faults }) => {
  faults.expectStatus(422);
  await open(page);
  await tryAdd(page, { domain: 'bob@example.com', host: '0.0.0.0', port: '0' });
  await expectWrong(entryRow(page), 'domain', /is a mail address/);
  await expectWrong(entryRow(page), 'host', /stands for no particular host/);
  await expectWrong(entryRow(page), 'port', /is out of range/);
  await type(entryRow(page), { domain: 'example.com' });
  if (scripted()) {
    await expectRight(entryRow(page), 'domain');
    await expectWrong(entryRow(page), 'host', /stands for no particular host/);
  }
  await tryAdd(page, { host: 'mail.example.net', port: '25' });
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'mail.example.net', port: '25' });
  for (const name of ['domain', 'host', 'port'] as const) await expectRight(entryRow(page), name);
});

test('a pasted port that contradicts the port field is pointed out', async ({ page, faults }) => {
  faults.expectStatus(422);
  await open(page);
  await type(entryRow(page), { domain: 'example.com', host: 'mail.example.net:2525' });
  if (scripted()) {
    // A living page takes it apart at once; what is typed afterwards counts.
    await field(entryRow(page), 'host').blur();
    await tryAdd(page, { port: '587' });
    await expectRow(page, 'example.com', { domain: 'example.com', host: 'mail.example.net', port: '587' });
  } else {
    await tryAdd(page, { port: '587' });
    await expectWrong(entryRow(page), 'port', /The host ends in port 2525, but this field says 587/);
  }
});

for (const spelling of ['bücher.example.com', 'BÜCHER.example.com.', 'xn--bcher-kva.example.com', ' XN--BCHER-KVA.Example.Com. ']) {
  test(`a duplicate is refused with a link to the row that is there: ${spelling}`, async ({ page, server, faults }) => {
    faults.expectStatus(409);
    await server.route('bücher.example.com', 'one.example.net');
    await open(page);
    await tryAdd(page, { domain: spelling, host: 'two.example.net', port: '2525', comment: 'kept' });
    await expectWrong(entryRow(page), 'domain', /There is already a route for bücher\.example\.com/);
    await expectTyped(entryRow(page), { domain: spelling, host: 'two.example.net', port: '2525', comment: 'kept' });
    expect(await server.routes()).toHaveLength(1);
    await link(entryRow(page), 'Show bücher.example.com').click();
    await expect(row(page, 'bücher.example.com')).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`at=${FIRST}`));
    if (!scripted()) return;
    await expect(button(page, 'Edit bücher.example.com')).toBeFocused();
    // Once more, though the address is the same: the row is pointed out anew.
    const line = row(page, 'bücher.example.com');
    await expect(line).toHaveClass(/row-marked/);
    const running = () => line.evaluate((element) => element.getAnimations().length);
    await expect.poll(running).toBe(0);
    await link(entryRow(page), 'Show bücher.example.com').click();
    expect(await running()).toBe(1);
    await expect(button(page, 'Edit bücher.example.com')).toBeFocused();
  });
}

test('the row that is there can be on another page', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.seed('smart-hosts', Array.from({ length: 60 }, (_, n) => ({ domain: `d${n + 10}.example.com` })));
  await open(page);
  await tryAdd(page, { domain: 'd69.example.com', host: 'mail.example.net' });
  await expectWrong(entryRow(page), 'domain', /There is already a route/);
  await link(entryRow(page), 'Show d69.example.com').click();
  await expect(row(page, 'd69.example.com')).toBeInViewport();
});

test('overlapping scopes of one domain are a duplicate', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.route('example.com', 'one.example.net', '--scope', 'both');
  await open(page);
  await tryAdd(page, { domain: '.example.com', host: 'two.example.net' });
  await expectWrong(entryRow(page), 'domain', /There is already a route for example\.com and its subdomains/);
});

test('an edit is refused beside its fields, and can be put right', async ({ page, server, faults }) => {
  faults.expectStatus(409, 422);
  await server.route('one.example.com');
  await server.route('two.example.com');
  await open(page);
  await edit(page, 'one.example.com');
  await type(editor(page), { domain: 'two.example.com', port: '26' });
  await button(page, 'Save').click();
  await expectWrong(editor(page), 'domain', /There is already a route for two\.example\.com/);
  await expectTyped(editor(page), { domain: 'two.example.com', host: 'mail.example.net', port: '26' });
  await expect(link(editor(page), 'Show two.example.com')).toBeVisible();
  await type(editor(page), { domain: 'three.example.com', host: 'not a host' });
  await button(page, 'Save').click();
  await expectWrong(editor(page), 'host', /space/);
  await expectRight(editor(page), 'domain');
  await type(editor(page), { host: 'mail.example.net' });
  await button(page, 'Save').click();
  await expectRow(page, 'three.example.com', { domain: 'three.example.com', host: 'mail.example.net', port: '26' });
  await expectRows(page, ['three.example.com', 'two.example.com']);
});

test('a managed domain needs a host for its port, and has no subdomains', async ({ page, faults }) => {
  faults.expectStatus(422);
  await open(page, MANAGED_DOMAINS);
  await tryAdd(page, { domain: '.example.com', port: '2525' });
  await expectWrong(entryRow(page), 'domain', /starts with a dot\. Type example\.com\./);
  await expectWrong(entryRow(page), 'host', /Type the host for port 2525, or leave both empty\./);
  await expect(field(entryRow(page), 'scope')).toHaveCount(0);
  await add(page, { domain: 'example.com', port: '25' });
});

test('default domain routing is refused beside its fields', async ({ page, faults }) => {
  faults.expectStatus(422);
  await open(page, DEFAULT_ROUTING);
  const form = page.getByRole('main');
  await type(form, { host: '::', port: '70000' });
  await button(page, 'Save').click();
  await expectWrong(form, 'host', ':: stands for no particular host');
  await expectWrong(form, 'port', /is out of range/);
  await expectTyped(form, { host: '::', port: '70000' });
});

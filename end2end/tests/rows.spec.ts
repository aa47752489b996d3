// What a row tells beyond domain, host and port, and where it leads.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { MANAGED_DOMAINS, button, entryRow, field, link, numbered, open, row } from '../support/console.ts';
import { mailServer } from '../support/mail-server.ts';
import { expect, needsDesktop, test } from '../support/test.ts';

test('rows out of sight are left out until they are looked at', async ({ page, server }) => {
  needsDesktop('on a phone all rows are drawn');
  await server.seed('smart-hosts', numbered(50));
  await open(page);
  const isDrawn = (name: string) => row(page, name).locator('.name').first()
    .evaluate((cell) => cell.checkVisibility({ contentVisibilityAuto: true }));
  await expect.poll(() => isDrawn('d000.example.net')).toBe(true);
  expect(await isDrawn('d049.example.net')).toBe(false);
  await row(page, 'd049.example.net').scrollIntoViewIfNeeded();
  await expect.poll(() => isDrawn('d049.example.net')).toBe(true);
  await expect.poll(() => isDrawn('d000.example.net')).toBe(false);
});

test('further hosts open beside the first', async ({ page, server }) => {
  await server.run('route', 'add', 'example.com', 'one.example.net:587', 'two.example.net:587', '[2001:db8::1]:587');
  await open(page);
  const line = row(page, 'example.com');
  await expect(line.getByText('two.example.net')).toBeHidden();
  await line.getByText('+2').click();
  await expect(line.getByRole('listitem')).toHaveText(['two.example.net, port 587', '2001:db8::1, port 587']);
});

test('a row with further hosts keeps them when it is edited', async ({ page, server }) => {
  await server.run('route', 'add', 'example.com', 'one.example.net:587', 'two.example.net:587');
  await open(page);
  await button(page, 'Edit example.com').click();
  await field(page.getByRole('row').filter({ has: button(page, 'Save') }), 'host').fill('first.example.net');
  await button(page, 'Save').click();
  const line = row(page, 'example.com');
  await expect(line.getByText('first.example.net')).toBeVisible();
  await line.getByText('+1').click();
  await expect(line.getByRole('listitem')).toHaveText('two.example.net, port 587');
});

test('a row leads to its test and to what decides about its mail', async ({ page, server }) => {
  await server.seed('smart-hosts', [{ domain: 'example.com', host: 'mail.example.net', port: 587 }]);
  await server.seed('managed-domains', [{ domain: 'own.example.com' }, { domain: 'far.example.com', host: 'mx.example.com' }]);
  await open(page);
  const leads = (name: string) => link(page, name).getAttribute('href');
  expect(await leads('Test the connection for example.com')).toBe('/smtp/test?host=mail.example.net&port=587');
  expect(await leads('Where will mail go for example.com')).toBe('/smtp/explain?address=example.com');
  await link(page, 'Test the connection for example.com').click();
  await expect(page.getByLabel('Host Name or IP Address')).toHaveValue('mail.example.net');
  await expect(page.getByLabel('Port')).toHaveValue('587');
  await open(page, MANAGED_DOMAINS);
  // There is nothing of its own to be tested.
  await expect(link(page, 'Test the connection for own.example.com')).toHaveCount(0);
  expect(await leads('Where will mail go for own.example.com')).toBe('/smtp/explain?address=own.example.com');
  // Its mail goes by Postfix's own settings, whatever is set for a smart host of that name.
  await link(page, 'Test the connection for far.example.com').click();
  await expect(page.getByLabel('TLS')).toHaveValue('opportunistic');
});

test('what is typed can be tested before it is added, and stays', async ({ page, context }) => {
  await open(page);
  await field(entryRow(page), 'domain').fill('example.com');
  await field(entryRow(page), 'host').fill('mail.example.net');
  await field(entryRow(page), 'port').fill('2525');
  const opened = context.waitForEvent('page');
  await button(page, 'Test the connection before adding').click();
  const beside = await opened;
  await expect(beside.getByLabel('Host Name or IP Address')).toHaveValue('mail.example.net');
  await expect(beside.getByLabel('Port')).toHaveValue('2525');
  await expect(field(entryRow(page), 'domain')).toHaveValue('example.com');
  await expect(field(entryRow(page), 'host')).toHaveValue('mail.example.net');
});

test('the last test stays on the row', async ({ page, server }) => {
  const refusing = createServer((socket) => socket.on('error', () => undefined).end('554 go away\r\n'));
  await new Promise<void>((ready) => refusing.listen(0, '127.0.0.1', ready));
  const { port } = refusing.address() as AddressInfo;
  await server.run('route', 'add', 'example.com', `127.0.0.1:${port}`, '--allow-loopback-hosts');
  await page.goto(`/smtp/test?host=127.0.0.1&port=${port}`);
  await button(page, 'Test').click();
  await expect(page.getByRole('region', { name: 'Result' }).getByText('554 go away').first()).toBeAttached();
  await open(page);
  await expect(row(page, 'example.com').getByText('Test failed just now')).toBeVisible();
  refusing.close();
});

test('what becomes of a row is told when the list is read again', async ({ page, server }) => {
  const mail = await mailServer();
  await server.run('route', 'add', 'example.com', `127.0.0.1:${mail.port}`, '--allow-loopback-hosts');
  await open(page);
  await expect(row(page, 'example.com').getByText('Test')).toHaveCount(0);
  await server.run('test', '127.0.0.1', String(mail.port), '--tls', 'none');
  await link(page, 'Port').click();
  await expect(row(page, 'example.com').getByText('Test with other settings passed')).toBeVisible();
  mail.close();
});

// The connection test: a page without a module, whose steps come as they happen.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expectAccessible } from '../support/accessible.ts';
import { button, link, open } from '../support/console.ts';
import { mailServer } from '../support/mail-server.ts';
import { expect, onPhone, scripted, test } from '../support/test.ts';

test('a smart host is tested step by step', async ({ page }) => {
  const server = await mailServer();
  await open(page);
  if (onPhone()) await button(page, 'Menu').click();
  await link(page, 'Test connection').click();
  await expect(page.getByRole('heading', { name: 'Test connection', level: 1 })).toBeVisible();
  await page.getByLabel('Host Name or IP Address').fill(`127.0.0.1:${server.port}`);
  await page.getByLabel('TLS').selectOption('None');
  await page.getByLabel('Recipient').fill('postmaster@example.com');
  await button(page, 'Test').click();
  const result = page.getByRole('region', { name: 'Result' });
  await expect(result.getByText(/Mail would be delivered in clear/)).toBeVisible();
  await result.getByRole('listitem').filter({ hasText: 'Greeting' }).getByText('Words').click();
  await expect(result.getByText('220 test.example ESMTP')).toBeVisible();
  // What was typed is there for the next test.
  await expect(page.getByLabel('Host Name or IP Address')).toHaveValue('127.0.0.1');
  await expect(page.getByLabel('Port')).toHaveValue(String(server.port));
  // axe is a script itself.
  if (scripted()) await expectAccessible(page);
  server.close();
});

test('a test is cancelled, and what was typed stays', async ({ page }) => {
  const silent = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
  const gone = new Promise<void>((done) => silent.on('connection', (socket) => socket.on('close', () => done())));
  const { port } = silent.address() as AddressInfo;
  await page.goto(`/smtp/test?host=127.0.0.1&port=${port}&tls=none`);
  await button(page, 'Test').click({ noWaitAfter: true });
  await link(page.getByRole('region', { name: 'Result' }), 'Cancel').click();
  await gone;
  await expect(page.getByRole('region', { name: 'Result' })).toHaveCount(0);
  await expect(page.getByLabel('Port')).toHaveValue(String(port));
  await expect(page.getByLabel('TLS')).toHaveValue('none');
  silent.close();
});

test('what cannot be tested is said beside its field', async ({ page, faults }) => {
  faults.expectStatus(422);
  await page.goto('/smtp/test?host=mail.example.net&port=465');
  await page.getByLabel('TLS').selectOption('Required');
  await button(page, 'Test').click();
  await expect(page.getByText(/Port 465 is encrypted from the first byte/)).toBeVisible();
  await expect(page.getByLabel('Host Name or IP Address')).toHaveValue('mail.example.net');
});

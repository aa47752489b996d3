// The settings of smart hosts: pages without a module.
import { expectAccessible } from '../support/accessible.ts';
import { button, link, open } from '../support/console.ts';
import { mailServer } from '../support/mail-server.ts';
import { expect, onPhone, scripted, test } from '../support/test.ts';

const SETTINGS = '/smtp/smart-host-settings';

test('a smart host gets TLS and an account, and keeps them to itself', async ({ page, server }) => {
  await server.route('example.com', 'mail.example.net', '587');
  await open(page);
  if (onPhone()) await button(page, 'Menu').click();
  await link(page, 'Smart host settings').click();
  const row = page.getByRole('table', { name: 'Smart host settings' }).getByRole('row').filter({ hasText: '587' });
  await expect(row).toContainText('Not tested yet');
  if (scripted()) await expectAccessible(page);
  await row.getByRole('link', { name: 'mail.example.net' }).click();
  await expect(page).toHaveTitle('mail.example.net, port 587 – Smart Hosts console');
  await expect(page.getByRole('heading', { name: '1 domain uses it' })).toBeVisible();
  await page.getByLabel('TLS').selectOption('Required, certificate verified');
  await page.getByLabel('Name in the certificate').fill('mx.example.net');
  await page.getByLabel('User name').fill('gateway');
  await page.getByLabel('Password', { exact: true }).fill('canary-7');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('Saved.');
  await expect(page.getByText('The password is set.')).toBeVisible();
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  expect(await page.content()).not.toContain('canary-7');
  if (scripted()) await expectAccessible(page);
  await page.getByLabel('Breadcrumb').getByRole('link', { name: 'Smart host settings' }).click();
  await expect(row).toContainText('Required, certificate verified');
  await expect(row).toContainText('password set');
  expect(await server.run('smart-host', 'list')).toContain('verified:mx.example.net');
});

test('a password goes in the clear for a reason only', async ({ page, faults }) => {
  faults.expectStatus(422);
  await page.goto(`${SETTINGS}/edit?host=mail.example.net&port=587`);
  // What the policy does not ask for is not asked.
  await expect(page.getByLabel('Reason for a login in the clear')).toBeHidden();
  await expect(page.getByLabel('Name in the certificate')).toBeHidden();
  await page.getByLabel('TLS').selectOption('If offered');
  await page.getByLabel('User name').fill('gateway');
  await page.getByLabel('Password', { exact: true }).fill('canary-7');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(/may be sent in the clear/)).toBeVisible();
  await expect(page.getByLabel('User name')).toHaveValue('gateway');
  await expect(page.getByText(/type it again/)).toBeVisible();
  if (scripted()) await expectAccessible(page);
  await page.getByLabel('Reason for a login in the clear').fill('within the rack');
  await page.getByLabel('Password', { exact: true }).fill('canary-7');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('Saved.');
  await page.goto(SETTINGS);
  await expect(page.getByText('may go in the clear')).toBeVisible();
});

test('what is set is tested, and the result is remembered', async ({ page, server }) => {
  const mail = await mailServer();
  await server.run('smart-host', 'set', '127.0.0.1', String(mail.port), '--tls', 'none');
  await page.goto(`${SETTINGS}/edit?host=127.0.0.1&port=${mail.port}`);
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  const result = page.getByRole('region', { name: 'Result' });
  await expect(result.getByText(/Mail would be delivered in clear/)).toBeVisible();
  await expect(page.getByLabel('TLS')).toHaveValue('');
  await expect(page.getByText('As set for this smart host (None)')).toBeAttached();
  await link(page, 'Show settings').click();
  await expect(page.getByText(/Tested just now: mail would be delivered in clear/)).toBeVisible();
  // Something else than what is set, and not saved.
  await page.getByLabel('TLS').selectOption('Required');
  await page.getByRole('button', { name: 'Test without saving' }).click();
  await expect(result.getByText(/Mail would not be delivered/).first()).toBeVisible();
  await page.goto(SETTINGS);
  await expect(page.getByText(/mail would not be delivered/)).toContainText('with other settings');
  mail.close();
});

test('settings are deleted after a question, unless somebody uses them', async ({ page, server }) => {
  await server.run('smart-host', 'set', 'mail.example.net', '587', '--comment', 'spare');
  await page.goto(SETTINGS);
  await link(page, 'mail.example.net').click();
  await link(page, 'Delete settings').click();
  await expect(page.getByRole('heading', { name: 'Confirmation' })).toBeVisible();
  if (scripted()) await expectAccessible(page);
  await link(page, 'Cancel').click();
  await server.route('example.com', 'mail.example.net', '587');
  await link(page, 'Delete settings').click();
  await expect(page.getByText(/cannot be deleted: 1 domain uses it/)).toBeVisible();
  await link(page, 'example.com').click();
  await expect(page.getByRole('table', { name: 'Smart Hosts' })).toContainText('example.com');
  await server.run('route', 'delete', 'example.com', '--release');
  await page.goto(`${SETTINGS}/delete?host=mail.example.net&port=587`);
  await button(page, 'OK').click();
  await expect(page.getByRole('status')).toContainText('The settings of mail.example.net, port 587 were deleted.');
  await expect(page.getByText('No smart hosts yet')).toBeVisible();
  if (scripted()) await expectAccessible(page);
});

test('any smart host can be opened, and what it cannot be is said', async ({ page, faults }) => {
  faults.expectStatus(422);
  await page.goto(SETTINGS);
  await page.getByLabel('Host Name or IP Address').fill('mail.example.net');
  await page.getByLabel('Port').fill('99999');
  await button(page, 'Open').click();
  await expect(page.getByText(/65535/)).toBeVisible();
  if (scripted()) await expectAccessible(page);
  await page.getByLabel('Port').fill('465');
  await button(page, 'Open').click();
  await expect(page.getByText('Nothing has been set yet')).toBeVisible();
  await expect(page.getByLabel('TLS')).toHaveValue('implicit');
});

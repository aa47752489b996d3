// Where mail for an address goes, and removed routes that hold mail: pages without a module.
import { expectAccessible } from '../support/accessible.ts';
import { button, link } from '../support/console.ts';
import { expect, onPhone, scripted, test } from '../support/test.ts';

test('an address is explained, with what was passed over', async ({ page, server }) => {
  await server.route('b.example.com', '192.0.2.5', '587');
  await server.route('.example.com', 'mail.example.net');
  await page.goto('/smtp/test');
  if (onPhone()) await button(page, 'Menu').click();
  await link(page, 'Where will mail go?').click();
  await expect(page.getByRole('heading', { name: 'Where will mail go?', level: 1 })).toBeVisible();
  await page.getByLabel('Address or domain').fill('Ann+x@B.example.com');
  await button(page, 'Explain').click();
  const result = page.getByRole('region', { name: 'Result' });
  await expect(
    result.getByText('Mail for Ann+x@B.example.com goes to 192.0.2.5, port 587, over TLS (required).'),
  ).toBeVisible();
  const rules = result.getByRole('listitem');
  await expect(rules.filter({ hasText: 'Managed domain b.example.com: none' })).toBeVisible();
  await expect(rules.filter({ hasText: 'Route for b.example.com' }).getByText(/^It wins: /)).toBeVisible();
  await expect(
    rules.filter({ hasText: 'Route for subdomains of example.com' }).first().getByText(/but a rule above wins/),
  ).toBeVisible();
  // The address of the answer can be sent to a colleague.
  expect(new URL(page.url()).searchParams.get('address')).toBe('Ann+x@B.example.com');
  await expect(page.getByLabel('Address or domain')).toHaveValue('Ann+x@B.example.com');
  // axe is a script itself.
  if (scripted()) await expectAccessible(page);
  await link(result, 'Test connection').click();
  await expect(page.getByLabel('Host Name or IP Address')).toHaveValue('192.0.2.5');
});

test('what cannot be an address is said beside the field', async ({ page, faults }) => {
  faults.expectStatus(422);
  await page.goto('/smtp/explain');
  const field = page.getByLabel('Address or domain');
  await field.fill('a b@example.com');
  await button(page, 'Explain').click();
  await expect(field).toHaveAccessibleDescription(/it has a space in it/);
  await expect(field).toHaveValue('a b@example.com');
  if (scripted()) await expectAccessible(page);
});

test('held mail is explained and released, one and several', async ({ page, server, faults }) => {
  faults.expectStatus(422);
  await page.goto('/smtp/held');
  await expect(page.getByText('No mail is held')).toBeVisible();
  for (const domain of ['a.example.com', 'b.example.com', '.bücher.example.com']) {
    await server.route(domain);
    await server.run('route', 'delete', domain);
  }
  await page.reload();
  const list = page.getByRole('region', { name: 'Held mail' });
  const row = (name: string) => list.getByRole('listitem').filter({ hasText: name });
  await expect(row('b.example.com')).toContainText(/Removed .+ \(just now\), held until .+ \(in \d days\)/);
  if (scripted()) await expectAccessible(page);

  await button(page, 'Release ticked').click();
  await expect(page.getByRole('alert')).toContainText('Nothing is ticked');

  await link(row('b.example.com'), 'Where will mail go?').click();
  await expect(page.getByText(/Mail for b\.example\.com waits .+ its route was removed/)).toBeVisible();
  await page.goBack();

  await link(page, 'Release b.example.com').click();
  await expect(page.getByText('Release mail for b.example.com?')).toBeVisible();
  if (scripted()) await expectAccessible(page);
  await link(page, 'Cancel').click();
  await expect(row('b.example.com')).toBeVisible();

  await page.getByLabel('Select a.example.com').check();
  await page.getByLabel(/^Select \.bücher\.example\.com/).check();
  await button(page, 'Release ticked').click();
  await expect(page.getByText('Release mail for 2 removed routes?')).toBeVisible();
  await button(page, 'OK').click();
  await expect(page.getByRole('status')).toContainText('Released 2 removed routes.');
  await expect(row('b.example.com')).toBeVisible();
  await expect(row('a.example.com')).toHaveCount(0);
});

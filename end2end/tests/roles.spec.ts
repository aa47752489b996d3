// What each role sees, and what it may not use.
import { expectAccessible } from '../support/accessible.ts';
import { DEFAULT_ROUTING, SMART_HOSTS, add, button, entryRow, expectRow, field, link, open, row, tick } from '../support/console.ts';
import { expect, onPhone, scripted, test } from '../support/test.ts';

const WHY_VIEWER = 'You are a viewer here. Operators and administrators change where mail goes.';

test.describe('a viewer', () => {
  test.use({ visitor: 'viewer' });

  test('looks, and changes nothing', async ({ page, server, faults }) => {
    faults.expectStatus(403);
    await server.route('example.com');
    await open(page);
    await expect(page.getByText(WHY_VIEWER)).toBeVisible();
    await expect(field(entryRow(page), 'domain')).toBeDisabled();
    await expect(tick(page, 'example.com')).toBeDisabled();
    for (const name of ['Add', 'Edit example.com', 'Delete example.com', 'Delete']) {
      await expect(button(page, name)).toBeDisabled();
      await expect(button(page, name)).toHaveAccessibleDescription(WHY_VIEWER);
    }
    if (scripted()) await expect(page.getByRole('checkbox', { name: 'Select all routes on this page' })).toBeDisabled();
    await expect(link(page, 'Test the connection for example.com')).toHaveCount(0);
    await expect(link(page, 'Where will mail go for example.com')).toBeVisible();
    await expect(link(page, 'Export')).toBeVisible();
    if (scripted()) await expectAccessible(page);
    await open(page, DEFAULT_ROUTING);
    await expect(button(page, 'Save')).toBeDisabled();
    await page.goto('/smtp/held');
    await expect(page.getByText('No mail is held')).toBeVisible();
    await page.goto('/smtp/test');
    await expect(button(page, 'Test')).toBeDisabled();
    await page.goto('/people');
    await expect(page.getByText('Administrators manage people.')).toBeVisible();
    // Not even what an address asks for.
    await open(page, `${SMART_HOSTS}?edit=5`);
    await expect(button(page, 'Save')).toHaveCount(0);
  });
});

test.describe('an operator', () => {
  test.use({ visitor: 'operator' });

  test('decides where mail goes, and not how the gateway signs in', async ({ page, faults }) => {
    faults.expectStatus(403);
    await open(page);
    await add(page, { domain: 'example.com', host: 'mail.example.net' });
    await expectRow(page, 'example.com', { domain: 'example.com' });
    if (onPhone()) await button(page, 'Menu').click();
    await expect(link(page, 'Smart host settings')).toBeVisible();
    await expect(link(page, 'People')).toHaveCount(0);
    await page.goto('/smtp/smart-host-settings/edit?host=mail.example.net&port=25');
    await expect(button(page, 'Save')).toBeDisabled();
    await expect(page.getByText('Administrators change smart host settings.', { exact: false })).toBeVisible();
    await page.goto('/people');
    await expect(page.getByRole('heading', { name: 'Not permitted' })).toBeVisible();
    // There is a way on.
    if (onPhone()) await button(page, 'Menu').click();
    await link(page, 'Held mail').click();
    await expect(page.getByRole('heading', { name: 'Held mail' })).toBeVisible();
  });
});

test('an administrator may do all of it', async ({ page, server }) => {
  await server.route('example.com');
  await open(page);
  await expect(page.locator('#why-not')).toHaveCount(0);
  await expect(row(page, 'example.com')).toBeVisible();
  if (onPhone()) await button(page, 'Menu').click();
  await expect(link(page, 'People')).toBeVisible();
});

import {
  DEFAULT_ROUTING, MANAGED_DOMAINS, SMART_HOSTS, add, button, entryRow, expectEntryBlank, expectRows, link, numbered, open,
  row, searchBox, table, type,
} from '../support/console.ts';
import { expect, needsJavaScript, onPhone, scripted, test } from '../support/test.ts';

test('the tabs lead to every page under Domains', async ({ page }) => {
  await open(page, '/');
  await expect(page).toHaveURL(SMART_HOSTS);
  await expect(page).toHaveTitle(/^Smart Hosts /);
  const tabs = page.getByRole('navigation', { name: 'Domains' });
  const here = page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('listitem');
  for (const [name, path] of [
    ['Managed Domains', MANAGED_DOMAINS], ['Default Domain Routing', DEFAULT_ROUTING], ['Smart Hosts', SMART_HOSTS],
  ] as const) {
    await link(tabs, name).click();
    await expect(page).toHaveURL(path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    await expect(page).toHaveTitle(new RegExp(`^${name} `));
    await expect(link(tabs, name)).toHaveAttribute('aria-current', 'page');
    await expect(here).toHaveText(['SMTP', 'Domains', name]);
    if (path !== DEFAULT_ROUTING) await expect(table(page, name as 'Smart Hosts')).toBeVisible();
  }
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Default Domain Routing');
  await page.goBack();
  await expect(table(page, 'Managed Domains')).toBeVisible();
});

test('short addresses lead to Smart Hosts', async ({ page }) => {
  for (const path of ['/', '/smtp', '/smtp/domains']) {
    await open(page, path);
    await expect(page).toHaveURL(SMART_HOSTS);
  }
});

test('an address without a page says so and leads on', async ({ page, faults }) => {
  faults.expectStatus(404);
  const answer = await page.goto('/smtp/domains/nowhere');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible();
  await expect(page).toHaveTitle(/^Page not found/);
  await link(page, 'Go to Smart Hosts').click();
  await expect(table(page, 'Smart Hosts')).toBeVisible();
});

test('the navigation leads to Domains', async ({ page }) => {
  await open(page, MANAGED_DOMAINS);
  if (onPhone()) await button(page, 'Menu').click();
  await link(page.getByRole('navigation', { name: 'Main' }), 'Domains').click();
  await expect(table(page, 'Smart Hosts')).toBeVisible();
});

test('one list does not remember what was typed into the other', async ({ page, server }) => {
  await server.seed('smart-hosts', [{ domain: 'a.example.com' }]);
  await server.seed('managed-domains', [{ domain: 'b.example.com' }]);
  await open(page, `${SMART_HOSTS}?q=a.`);
  await type(entryRow(page), { domain: 'half.example.com' });
  await link(page, 'Managed Domains').first().click();
  await expectRows(page, ['b.example.com']);
  await expectEntryBlank(page);
  await expect(searchBox(page)).toHaveValue('');
  await add(page, { domain: 'c.example.com', port: scripted() ? '25' : '' });
  await expectRows(page, ['b.example.com', 'c.example.com']);
});

test('a link that is clicked with Ctrl opens beside the page', async ({ page, server, context }) => {
  needsJavaScript('without it every link is the browser\'s');
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  const beside = context.waitForEvent('page');
  await link(page, 'Next page').click({ modifiers: ['ControlOrMeta'] });
  await expect(await beside).toHaveURL(/after=/);
  await expect(page).toHaveURL(SMART_HOSTS);
  await expect(row(page, 'd000.example.net')).toBeVisible();
});

test('where one is already is no place to go back to', async ({ page, server }) => {
  needsJavaScript('without it the browser loads the page anew');
  await server.seed('smart-hosts', numbered(3));
  await open(page, `${SMART_HOSTS}?q=nothing`);
  const before = await page.evaluate(() => history.length);
  await link(page, 'Clear the search').click();
  await expect(page).toHaveURL(SMART_HOSTS);
  expect(await page.evaluate(() => history.length)).toBe(before + 1);
  await page.goBack();
  await expect(page).toHaveURL(`${SMART_HOSTS}?q=nothing`);
  await expect(page.getByText('No route matches')).toBeVisible();
});

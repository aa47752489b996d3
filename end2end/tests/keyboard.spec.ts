// The console from end to end without a mouse.
import type { Locator, Page } from '@playwright/test';
import {
  SMART_HOSTS, button, dialog, editor, entryRow, expectRow, expectRows, expectSaid, field, link, numbered, open, row,
  searchBox, table, tick,
} from '../support/console.ts';
import { expect, needsJavaScript, scripted, test } from '../support/test.ts';

/** Presses Tab until the element has the focus; a person would give up sooner than this does. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error('Tab does not lead there');
}

test('Tab follows the order in which the page is read', async ({ page, server }) => {
  await server.seed('smart-hosts', [{ domain: 'a.example.com' }, { domain: 'b.example.com' }]);
  await open(page);
  const order = [
    link(page, 'Skip to content'),
    link(page.getByRole('banner'), 'Smart Hosts'),
    button(page, 'System colours'),
    button(page, 'Light colours'),
    button(page, 'Dark colours'),
    page.getByRole('banner').getByRole('link', { name: 'Your account' }),
    button(page, 'Sign out'),
    link(page, 'Domains'),
    link(page, 'Smart host settings'),
    link(page, 'Where will mail go?'),
    link(page, 'Test connection'),
    link(page, 'Held mail'),
    link(page, 'Gateway health'),
    link(page, 'Activity'),
    link(page, 'People'),
    link(page, 'Managed Domains'),
    link(page, 'Default Domain Routing'),
    link(page.getByRole('main'), 'Smart Hosts'),
    searchBox(page),
    ...(scripted()
      ? [page.getByRole('checkbox', { name: 'Select all routes on this page' })]
      : [button(page, 'Search')]),
    link(page, 'Domain Name'),
    link(page, 'Host Name or IP Address'),
    link(page, 'Port'),
    field(entryRow(page), 'domain'),
    field(entryRow(page), 'scope'),
    field(entryRow(page), 'host'),
    field(entryRow(page), 'comment'),
    field(entryRow(page), 'port'),
    button(page, 'Add'),
    button(page, 'Test the connection before adding'),
    ...['a.example.com', 'b.example.com'].flatMap((name) => [
      tick(page, name),
      page.getByRole('switch', { name: `${name} is enabled` }),
      link(page, `Details of ${name}`),
      link(page, `Test the connection for ${name}`),
      link(page, `Where will mail go for ${name}`),
      button(page, `Edit ${name}`),
      button(page, `Delete ${name}`),
    ]),
    button(page, 'Delete'),
    button(page, 'Change…'),
    link(page, 'Export'),
    link(page, 'Import'),
  ];
  for (const target of order) {
    await page.keyboard.press('Tab');
    await expect(target).toBeFocused();
  }
});

test('whatever has the focus shows it', async ({ page, server }) => {
  await server.route('example.com');
  await open(page);
  for (let presses = 0; presses < 25; presses++) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return 'nothing';
      const style = getComputedStyle(element);
      const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
      return ring || style.boxShadow !== 'none' ? 'yes' : `no: ${element.outerHTML.slice(0, 100)}`;
    });
    expect(seen).toBe('yes');
  }
});

test('the skip link leads past the navigation', async ({ page }) => {
  await open(page);
  await page.keyboard.press('Tab');
  await expect(link(page, 'Skip to content')).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#content$/);
  await page.keyboard.press('Tab');
  await expect(link(page, 'Managed Domains')).toBeFocused();
});

test('add, edit, delete and export without a mouse', async ({ page }) => {
  needsJavaScript('without it, each step is a page and the focus starts at its top');
  await open(page);
  await tabTo(page, field(entryRow(page), 'domain'));
  await page.keyboard.type('example.com');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.type('mail.example.net');
  await page.keyboard.press('Enter');
  await expectRow(page, '.example.com', { domain: '.example.com subdomains only', host: 'mail.example.net', port: '25' });
  await expect(field(entryRow(page), 'domain')).toBeFocused();

  await tabTo(page, button(page, 'Edit .example.com'));
  await page.keyboard.press('Space');
  await expect(field(editor(page), 'domain')).toBeFocused();
  await tabTo(page, field(editor(page), 'port'));
  await page.keyboard.type('587');
  await page.keyboard.press('Enter');
  await expectRow(page, '.example.com', { domain: /^\.example\.com/, port: '587' });
  await expect(button(page, 'Edit .example.com')).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(field(editor(page), 'domain')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(button(page, 'Edit .example.com')).toBeFocused();

  await tabTo(page, link(page, 'Export'));
  await page.keyboard.press('Enter');
  await expect(button(dialog(page, 'Export'), 'OK')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(link(page, 'Export')).toBeFocused();

  await tabTo(page, tick(page, '.example.com'), 'Shift+Tab');
  await page.keyboard.press('Space');
  await expect(tick(page, '.example.com')).toBeChecked();
  await tabTo(page, button(page, 'Delete'));
  await page.keyboard.press('Enter');
  await expect(button(dialog(page, 'Confirmation'), 'Cancel')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expectSaid(page, 'Deleted 1 route.');
  await expect(field(entryRow(page), 'domain')).toBeFocused();
});

test('the first route is typed as the README says', async ({ page }) => {
  needsJavaScript('without it, the port is told apart by the server');
  await open(page);
  await field(entryRow(page), 'domain').focus();
  await page.keyboard.type('example.com');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('mail.example.net:2525');
  await page.keyboard.press('Enter');
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'mail.example.net', port: '2525' });
});

test('sorting, searching and paging keep the focus', async ({ page, server }) => {
  needsJavaScript('without it, each step is a page and the focus starts at its top');
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  await tabTo(page, link(page, 'Port'));
  await page.keyboard.press('Enter');
  await expect(table(page).getByRole('columnheader', { name: 'Port', exact: true })).toHaveAttribute('aria-sort', 'ascending');
  await expect(link(page, 'Port')).toBeFocused();
  await expect(link(page, 'Next page')).toBeEnabled();
  await link(page, 'Next page').focus();
  await page.keyboard.press('Enter');
  await expect(link(page, 'Next page')).toBeDisabled();
  await expect(link(page, 'Next page')).toBeFocused();
  await searchBox(page).focus();
  await page.keyboard.type('d007');
  await expectRows(page, ['d007.example.net']);
  await expect(searchBox(page)).toBeFocused();
});

test('after one of several rows is deleted, the focus is on the next', async ({ page, server }) => {
  needsJavaScript('without it, the focus starts at the top of the next page');
  await server.seed('smart-hosts', numbered(3));
  await open(page);
  for (const [name, next] of [['d001', 'd002'], ['d002', 'd000']]) {
    await button(page, `Delete ${name}.example.net`).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(row(page, `${name}.example.net`)).toHaveCount(0);
    await expect(button(page, `Delete ${next}.example.net`)).toBeFocused();
  }
});

test('without JavaScript a route is added and deleted by keyboard, too', async ({ page, server }) => {
  await open(page, SMART_HOSTS);
  await tabTo(page, field(entryRow(page), 'domain'));
  await page.keyboard.type('example.com');
  await tabTo(page, field(entryRow(page), 'host'));
  await page.keyboard.type('mail.example.net');
  await page.keyboard.press('Enter');
  await expectSaid(page, 'Added example.com');
  await tabTo(page, button(page, 'Delete example.com'));
  await page.keyboard.press('Enter');
  await expect(dialog(page, 'Confirmation')).toBeVisible();
  await tabTo(page, button(dialog(page, 'Confirmation'), 'OK'));
  await page.keyboard.press('Enter');
  await expectSaid(page, 'Deleted 1 route.');
  expect(await server.routes()).toEqual([]);
});

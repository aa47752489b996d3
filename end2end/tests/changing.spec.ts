// Switching routes off and on, and changing many at once.
import {
  MANAGED_DOMAINS, button, expectAlert, expectCount, expectSaid, link, numbered, open, row, search, tick,
} from '../support/console.ts';
import { expectAccessible } from '../support/accessible.ts';
import { expect, needsJavaScript, needsNoJavaScript, scripted, test } from '../support/test.ts';
import type { Page } from '@playwright/test';

const three = [{ domain: 'a.example.com' }, { domain: 'b.example.com' }, { domain: 'c.example.com' }];

const enabled = (page: Page, domain: string) =>
  page.getByRole('switch', { name: `${domain} is enabled` });

const lines = async (server: { run: (...args: string[]) => Promise<string> }) =>
  (await server.run('export')).trim().split('\n').slice(1);

test('a route is switched off and on', async ({ page, server }) => {
  await server.seed('smart-hosts', three);
  await open(page);
  await expect(enabled(page, 'b.example.com')).toBeChecked();
  await enabled(page, 'b.example.com').click();
  await expectSaid(page, 'Saved b.example.com: it is disabled and decides nothing.');
  await expect(enabled(page, 'b.example.com')).not.toBeChecked();
  await expect(row(page, 'b.example.com').getByText('Disabled')).toBeVisible();
  if (scripted()) await expect(enabled(page, 'b.example.com')).toBeFocused();
  expect(await lines(server)).toContain('b.example.com,mail.example.net,25,disabled');
  await enabled(page, 'b.example.com').click();
  await expectSaid(page, 'Saved b.example.com: mail goes to mail.example.net, port 25.');
  expect(await lines(server)).toContain('b.example.com,mail.example.net,25');
});

test('switching is undone', async ({ page, server }) => {
  await server.seed('smart-hosts', three);
  await open(page);
  await enabled(page, 'b.example.com').click();
  await expectSaid(page, 'it is disabled');
  await button(page, 'Undo').click();
  await expect(enabled(page, 'b.example.com')).toBeChecked();
});

test('an edit in place leaves a route disabled', async ({ page, server }) => {
  await server.run('route', 'add', 'example.com', 'mail.example.net', '--disabled');
  await open(page);
  await button(page, 'Edit example.com').click();
  await page.getByRole('row').filter({ has: button(page, 'Save') }).getByLabel('Port').fill('2525');
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved example.com: it is disabled');
  expect(await lines(server)).toEqual(['example.com,mail.example.net,2525,disabled']);
});

test('what somebody else has changed is not switched', async ({ page, server, faults }) => {
  needsNoJavaScript('with it, the page hears of the change');
  faults.expectStatus(409);
  await server.seed('smart-hosts', three);
  await open(page);
  await server.run('route', 'disable', 'b.example.com');
  await enabled(page, 'b.example.com').click();
  await expect(page.getByRole('alert').filter({ hasText: 'Your change was not made' })).toBeVisible();
  expect(await lines(server)).toContain('b.example.com,mail.example.net,25,disabled');
});

test('ticked routes are changed together', async ({ page, server }) => {
  await server.seed('smart-hosts', three);
  await open(page, '/smtp/domains/smart-hosts?q=example');
  await tick(page, 'a.example.com').check();
  await tick(page, 'c.example.com').check();
  await button(page, 'Change…').click();
  await expect(page.getByRole('heading', { name: 'Change 2 routes' })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'a.example.com' })).toContainText('mail.example.net, port 25');
  if (scripted()) await expectAccessible(page);
  await page.getByLabel('State').selectOption('Disabled');
  await page.getByLabel('First host').fill('new.example.net:2525');
  await page.getByLabel('Comment', { exact: true }).fill('moved');
  await button(page, 'OK').click();
  await expectSaid(page, 'Changed 2 routes.');
  expect(new URL(page.url()).searchParams.get('q')).toBe('example');
  expect(await lines(server)).toEqual([
    'a.example.com,new.example.net,2525,disabled,domain,moved',
    'b.example.com,mail.example.net,25',
    'c.example.com,new.example.net,2525,disabled,domain,moved',
  ]);
  await button(page, 'Undo').click();
  await expect(page.getByText('Disabled')).toHaveCount(0);
  expect(await lines(server)).toHaveLength(3);
  expect((await lines(server)).join()).not.toContain('moved');
});

test('all that match are changed, across pages, and undone as one', async ({ page, server }) => {
  needsJavaScript('without it, a link leads to the question');
  await server.seed('smart-hosts', numbered(120));
  await open(page);
  await search(page, 'example');
  await expectCount(page, '120 routes');
  await page.getByLabel('Select all routes on this page').check();
  await page.getByRole('button', { name: /^Select all 120 routes/ }).click();
  await button(page, 'Change…').click();
  await expect(page.getByRole('heading', { name: /^Change all 120 routes that match/ })).toBeVisible();
  await expect(page.getByText('and 112 more')).toBeVisible();
  await page.getByLabel('Port').fill('2525');
  await button(page, 'OK').click();
  await expectSaid(page, 'Changed 120 routes.');
  expect((await lines(server)).filter((line) => line.endsWith(',2525'))).toHaveLength(120);
  await page.goto('/activity');
  await expect(page.getByText('Changed routes that match \u201cexample\u201d: 120 changed')).toBeVisible();
  await page.goBack();
  await button(page, 'Undo').click();
  await expect.poll(async () => (await lines(server)).filter((line) => line.endsWith(',2525')).length).toBe(0);
});

test('all that match are changed without JavaScript', async ({ page, server }) => {
  needsNoJavaScript('with it, rows are ticked');
  await server.seed('smart-hosts', three);
  await open(page, '/smtp/domains/smart-hosts?q=b.ex');
  await page.getByRole('link', { name: 'Change the 1 route that matches' }).click();
  await page.getByLabel('Remove comments').check();
  await page.getByLabel('State').selectOption('Disabled');
  await button(page, 'OK').click();
  await expectSaid(page, 'Changed 1 route.');
  expect(await lines(server)).toContain('b.example.com,mail.example.net,25,disabled');
});

test('nothing ticked, nothing said: each is told', async ({ page, server, faults }) => {
  faults.expectStatus(422);
  await server.seed('smart-hosts', three);
  await open(page);
  await button(page, 'Change…').click();
  if (scripted()) await expectAlert(page, 'Nothing is ticked. Tick the routes first.');
  else await expect(page.getByText('Nothing is ticked. Tick the routes first.')).toBeVisible();
  await open(page);
  await tick(page, 'a.example.com').check();
  await button(page, 'Change…').click();
  await button(page, 'OK').click();
  await expect(page.getByText('Nothing is to be changed')).toBeVisible();
  await page.getByLabel('Port').fill('70000');
  await button(page, 'OK').click();
  await expect(page.getByText('is out of range')).toBeVisible();
  await expect(page.getByLabel('Port')).toHaveValue('70000');
  await link(page, 'Cancel').click();
  await expectCount(page, '3 routes');
});

test('managed domains are changed together', async ({ page, server }) => {
  await server.seed('managed-domains', [{ domain: 'a.example.com', host: 'in.example.net', port: 25 }]);
  await open(page, MANAGED_DOMAINS);
  await expect(page.getByRole('switch')).toHaveCount(0);
  await tick(page, 'a.example.com').check();
  await button(page, 'Change…').click();
  await page.getByLabel('Port').fill('26');
  await button(page, 'OK').click();
  await expectSaid(page, 'Changed 1 managed domain.');
  await expect(row(page, 'a.example.com')).toContainText('26');
});

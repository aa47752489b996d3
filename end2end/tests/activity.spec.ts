// Undo after each kind of change, the activity, and an earlier moment: with and without JavaScript.
import { expectAccessible } from '../support/accessible.ts';
import {
  DEFAULT_ROUTING, MANAGED_DOMAINS, add, askDelete, askDeleteTicked, button, edit, expectAlert, expectRow, expectRows,
  expectSaid, expectTyped, link, open, row, tick, type,
} from '../support/console.ts';
import { expect, onPhone, scripted, test } from '../support/test.ts';

const ACTIVITY = '/activity';

test('an addition is undone from where it was made, and so is the undo', async ({ page, server }) => {
  await open(page);
  await add(page, { domain: 'example.com', host: 'mail.example.net' });
  await button(page, 'Undo').click();
  await expectSaid(page, 'Undone');
  await expect(row(page, 'example.com')).toBeHidden();
  expect(await server.routes()).toHaveLength(0);
  await button(page, 'Undo').click();
  await expectSaid(page, 'Undone');
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'mail.example.net', port: '25' });
});

test('an edit is undone', async ({ page, server }) => {
  await server.seed('smart-hosts', [{ domain: 'example.com', host: 'one.example.net' }]);
  await open(page);
  const fields = await edit(page, 'example.com');
  await type(fields, { host: 'two.example.net', port: '2525' });
  await button(fields, 'Save').click();
  await expectSaid(page, 'Saved example.com');
  await button(page, 'Undo').click();
  await expectSaid(page, 'Undone');
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'one.example.net', port: '25' });
});

test('a deletion of several is undone at once', async ({ page, server }) => {
  await server.seed('smart-hosts', [{ domain: 'a.example.com' }, { domain: 'b.example.com' }, { domain: 'c.example.com' }]);
  await open(page);
  await tick(page, 'a.example.com').check();
  await tick(page, 'c.example.com').check();
  await button(await askDeleteTicked(page), 'OK').click();
  await expectSaid(page, 'Deleted 2 routes.');
  await expectRows(page, ['b.example.com']);
  await button(page, 'Undo').click();
  await expectSaid(page, 'Undone');
  await expectRows(page, ['a.example.com', 'b.example.com', 'c.example.com']);
});

test('a managed domain and the default routing are undone', async ({ page }) => {
  await open(page, MANAGED_DOMAINS);
  await add(page, { domain: 'example.com', host: 'own.example.net' });
  await button(page, 'Undo').click();
  await expectSaid(page, 'Undone');
  await expect(row(page, 'example.com')).toBeHidden();

  await open(page, DEFAULT_ROUTING);
  const form = page.getByRole('main');
  await type(form, { host: 'default.example.net', port: '2525' });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved: the default is default.example.net, port 2525.');
  await button(page, 'Undo').click();
  await expectTyped(form, { host: '', port: '' });
});

test('settings of a smart host and a release of held mail are undone from where they were made', async ({ page, server }) => {
  await page.goto('/smtp/smart-host-settings/edit?host=mail.example.net&port=587');
  await page.getByLabel('TLS').selectOption('Required, certificate verified');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status')).toContainText('Saved.');
  if (scripted()) await expectAccessible(page);
  await button(page, 'Undo').click();
  await expect(page.getByRole('status')).toContainText('Undone.');
  await expect(page.getByText('Nothing has been set yet')).toBeVisible();
  await button(page, 'Undo').click();
  await expect(page.getByLabel('TLS')).toHaveValue('verified');
  await link(page, 'Delete settings').click();
  await button(page, 'OK').click();
  await button(page, 'Undo').click();
  await expect(page.getByRole('status')).toContainText('Undone.');
  expect(await server.run('smart-host', 'list')).toContain('mail.example.net');

  await server.seed('smart-hosts', [{ domain: 'example.com' }]);
  await server.run('route', 'delete', 'example.com');
  await page.goto('/smtp/held');
  await link(page, 'Release example.com').click();
  await button(page, 'OK').click();
  await expect(page.getByRole('status')).toContainText('Released 1 removed route.');
  await expect(page.getByText('No mail is held')).toBeVisible();
  if (scripted()) await expectAccessible(page);
  await button(page, 'Undo').click();
  await expect(page.getByRole('status')).toContainText('Undone.');
  await expect(link(page, 'Release example.com')).toBeVisible();
});

test('an undo that the rules refuse says why', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.seed('smart-hosts', [{ domain: 'example.com' }]);
  await open(page);
  await button(await askDelete(page, 'example.com'), 'OK').click();
  await expectSaid(page, 'Deleted 1 route.');
  // Somebody else was quicker.
  await server.seed('managed-domains', [{ domain: 'example.com' }]);
  await button(page, 'Undo').click();
  await expectAlert(page, 'This cannot be undone. example.com is a managed domain');
  expect(await server.routes()).toHaveLength(0);
});

test('the activity tells every change and takes it back after a question', async ({ page, server }) => {
  await server.seed('smart-hosts', [{ domain: 'example.com', host: 'one.example.net' }]);
  await open(page);
  const fields = await edit(page, 'example.com');
  await type(fields, { host: 'two.example.net' });
  await button(fields, 'Save').click();
  await expectSaid(page, 'Saved example.com');
  if (onPhone()) await button(page, 'Menu').click();
  await link(page, 'Activity').click();
  await expect(page.getByRole('heading', { name: 'Activity', level: 1 })).toBeVisible();
  const changed = page.getByRole('listitem').filter({ hasText: 'Changed route example.com' });
  await expect(changed).toContainText('one.example.net');
  await expect(changed).toContainText('two.example.net');
  // axe is a script itself.
  if (scripted()) await expectAccessible(page);
  await changed.getByRole('link', { name: /^Undo: / }).click();
  await expect(page.getByRole('heading', { name: 'Confirmation' })).toBeVisible();
  if (scripted()) await expectAccessible(page);
  await link(page, 'Cancel').click();
  await changed.getByRole('link', { name: /^Undo: / }).click();
  await button(page, 'OK').click();
  await expect(page.getByRole('status')).toContainText('Undone.');
  await expect(changed.first()).toContainText('undo of');
  await open(page);
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'one.example.net' });
});

test('the activity is filtered, and the address says how', async ({ page, server }) => {
  await server.seed('smart-hosts', [{ domain: 'a.example.com' }, { domain: 'b.example.com' }]);
  await page.goto(ACTIVITY);
  await page.getByRole('textbox', { name: 'Object' }).fill('a.*');
  await button(page, 'Filter').click();
  await expect(page).toHaveURL(/object=a\./);
  await expect(page.getByText('Added route a.example.com')).toBeVisible();
  await expect(page.getByText('Added route b.example.com')).toBeHidden();
  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'Managed domain' });
  await button(page, 'Filter').click();
  await expect(page.getByText('No change matches')).toBeVisible();
  await link(page, 'Clear').click();
  await expect(page).toHaveURL(ACTIVITY);
});

test('what was at an earlier moment is shown and restored', async ({ page, server }) => {
  await server.seed('smart-hosts', [{ domain: 'a.example.com' }, { domain: 'b.example.com' }]);
  await open(page);
  await button(await askDelete(page, 'a.example.com'), 'OK').click();
  await expectSaid(page, 'Deleted 1 route.');
  await add(page, { domain: 'c.example.com', host: 'mail.example.net' });
  await page.goto(ACTIVITY);
  const deleted = page.getByRole('listitem').filter({ hasText: 'Deleted route a.example.com' });
  await link(deleted, 'As it was before this').click();
  await expect(page.getByText('1 added, 0 changed, 1 deleted')).toBeVisible();
  if (scripted()) await expectAccessible(page);
  await tick(page, 'a.example.com').check();
  await button(page, 'Restore ticked').click();
  await expect(page.getByText('Restore 1 object', { exact: false })).toBeVisible();
  await button(page, 'OK').click();
  await expect(page.getByRole('status')).toContainText('Restored.');
  await open(page);
  await expectRows(page, ['a.example.com', 'b.example.com', 'c.example.com']);

  await page.goto(ACTIVITY);
  await link(deleted, 'As it was before this').click();
  await button(page, 'Restore all').click();
  await button(page, 'OK').click();
  await open(page);
  await expectRows(page, ['a.example.com', 'b.example.com']);
});

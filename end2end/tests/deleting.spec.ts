import {
  MANAGED_DOMAINS, SMART_HOSTS, askDelete, askDeleteTicked, askExport, button, dialog, entryRow, expectAlert, expectCount,
  expectRows, expectSaid, field, link, numbered, numberedNames, open, query, row, search, table, tick,
} from '../support/console.ts';
import { expect, needsDesktop, needsJavaScript, needsNoJavaScript, scripted, test } from '../support/test.ts';

const three = [{ domain: 'a.example.com' }, { domain: 'b.example.com' }, { domain: 'c.example.com' }];

test('one route is deleted after OK', async ({ page, server }) => {
  await server.seed('smart-hosts', three);
  await open(page);
  const box = await askDelete(page, 'b.example.com');
  await expect(box.getByText('Delete route b.example.com?')).toBeVisible();
  await expect(box.getByText('mail for what is deleted, new mail included, is held for 5 days')).toBeVisible();
  await button(box, 'OK').click();
  await expectSaid(page, 'Deleted 1 route.');
  await expect(dialog(page, 'Confirmation')).toBeHidden();
  await expectRows(page, ['a.example.com', 'c.example.com']);
  await expectCount(page, '2 routes');
  if (scripted()) await expect(button(page, 'Delete c.example.com')).toBeFocused();
});

test('what was done leads to the mail that is held', async ({ page, server }) => {
  await server.seed('smart-hosts', three);
  await open(page);
  await button(await askDelete(page, 'b.example.com'), 'OK').click();
  await expectSaid(page, 'Mail for it is held for 5 days');
  await link(page.getByRole('status'), 'Held mail').click();
  await expect(page.getByRole('heading', { name: 'Held mail' })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'b.example.com' })).toContainText('removed, holding queued mail');
});

test('the last route gone, the list is empty and the entry row has the focus', async ({ page, server }) => {
  await server.route('example.com');
  await open(page);
  await button(await askDelete(page, 'example.com'), 'OK').click();
  await expect(page.getByText('No routes yet')).toBeVisible();
  if (scripted()) await expect(field(entryRow(page), 'domain')).toBeFocused();
});

test('Cancel deletes nothing', async ({ page, server }) => {
  await server.seed('smart-hosts', three);
  await open(page, `${SMART_HOSTS}?q=example&sort=-domain`);
  const box = await askDelete(page, 'b.example.com');
  await button(box, 'Cancel').click();
  await expect(dialog(page, 'Confirmation')).toBeHidden();
  await expectRows(page, ['c.example.com', 'b.example.com', 'a.example.com']);
  expect(query(page).get('q')).toBe('example');
  if (scripted()) await expect(button(page, 'Delete b.example.com')).toBeFocused();
  expect(await server.routes()).toHaveLength(3);
});

test('Escape deletes nothing', async ({ page, server }) => {
  needsJavaScript('without it, the confirmation is a page to go back from');
  await server.seed('smart-hosts', three);
  await open(page);
  await askDelete(page, 'b.example.com');
  await page.keyboard.press('Escape');
  await expect(dialog(page, 'Confirmation')).toBeHidden();
  await expect(button(page, 'Delete b.example.com')).toBeFocused();
  // Twice, for the dialog must open again.
  await askDelete(page, 'b.example.com');
  await page.keyboard.press('Escape');
  await expect(dialog(page, 'Confirmation')).toBeHidden();
  expect(await server.routes()).toHaveLength(3);
  if (!scripted()) return;
  await tick(page, 'a.example.com').check();
  await expect(page.getByText('Nothing is ticked.')).toHaveCount(0);
});

test('the dialog starts on Cancel and keeps the focus', async ({ page, server }) => {
  needsJavaScript('without it, the confirmation is a page');
  needsDesktop('there is no Tab key');
  await server.seed('smart-hosts', three);
  await open(page);
  const box = await askDelete(page, 'b.example.com');
  await expect(button(box, 'Cancel')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(button(box, 'OK')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(button(box, 'Cancel')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page, 'Confirmation')).toBeHidden();
  expect(await server.routes()).toHaveLength(3);
});

test('just what was ticked is deleted', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(6));
  await open(page);
  for (const name of ['d000', 'd002', 'd003', 'd005']) await tick(page, `${name}.example.net`).check();
  await tick(page, 'd003.example.net').uncheck();
  if (scripted()) await expect(page.getByText('3 selected')).toBeVisible();
  const box = await askDeleteTicked(page);
  await expect(box.getByText('Delete 3 routes?')).toBeVisible();
  await expect(box.getByRole('listitem')).toHaveText([/d000\.example\.net/, /d002\.example\.net/, /d005\.example\.net/]);
  await button(box, 'OK').click();
  await expectSaid(page, 'Deleted 3 routes.');
  await expectRows(page, ['d001.example.net', 'd003.example.net', 'd004.example.net']);
  expect((await server.routes()).map((route) => route.domain)).toEqual([
    'd001.example.net', 'd003.example.net', 'd004.example.net',
  ]);
  for (const name of ['d001', 'd003', 'd004']) await expect(tick(page, `${name}.example.net`)).not.toBeChecked();
});

test('after Cancel the ticks are still there', async ({ page, server }) => {
  needsJavaScript('without it, the confirmation is a page of its own');
  await server.seed('smart-hosts', three);
  await open(page);
  await tick(page, 'a.example.com').check();
  await tick(page, 'c.example.com').check();
  await button(await askDeleteTicked(page), 'Cancel').click();
  await expect(tick(page, 'a.example.com')).toBeChecked();
  await expect(tick(page, 'b.example.com')).not.toBeChecked();
  await expect(button(page, 'Delete')).toBeFocused();
});

test('with nothing ticked, Delete says what to do', async ({ page, server }) => {
  await server.seed('smart-hosts', three);
  await open(page);
  await button(page, 'Delete').click();
  await expectAlert(page, 'Nothing is ticked. Tick the routes first.');
  await expect(dialog(page, 'Confirmation')).toBeHidden();
  expect(await server.routes()).toHaveLength(3);
});

test('all rows of the page are ticked and unticked at once', async ({ page, server }) => {
  needsJavaScript('ticking many by one tick needs a script; without one there is the link below the table');
  await server.seed('smart-hosts', numbered(30));
  await open(page, `${SMART_HOSTS}?size=25`);
  const all = page.getByRole('checkbox', { name: 'Select all routes on this page' });
  await all.check();
  await expect(page.getByText('25 selected')).toBeVisible();
  await expect(tick(page, 'd024.example.net')).toBeChecked();
  await tick(page, 'd003.example.net').uncheck();
  await expect(all).not.toBeChecked();
  await expect(page.getByText('24 selected')).toBeVisible();
  await button(await askDeleteTicked(page), 'OK').click();
  await expectSaid(page, 'Deleted 24 routes.');
  await expectRows(page, ['d003.example.net', ...numberedNames(25, 30)]);
  await expect(all).not.toBeChecked();
});

test('ticks stay from page to page', async ({ page, server }) => {
  needsJavaScript('without it, each page is a form of its own');
  await server.seed('smart-hosts', numbered(30));
  await open(page, `${SMART_HOSTS}?size=25`);
  await tick(page, 'd001.example.net').check();
  await link(page, 'Next page').click();
  await tick(page, 'd029.example.net').check();
  await expect(page.getByText('2 selected')).toBeVisible();
  await link(page, 'Previous page').click();
  await expect(tick(page, 'd001.example.net')).toBeChecked();
  await button(await askDeleteTicked(page), 'OK').click();
  await expectSaid(page, 'Deleted 2 routes.');
  expect((await server.routes()).map((route) => route.domain)).not.toContain('d029.example.net');
  expect(await server.routes()).toHaveLength(28);
});

test('the selection can be cleared', async ({ page, server }) => {
  needsJavaScript('without it, ticks are taken back one by one');
  await server.seed('smart-hosts', three);
  await open(page);
  await page.getByRole('checkbox', { name: 'Select all routes on this page' }).check();
  await button(page, 'Clear selection').click();
  await expect(button(page, 'Delete')).toBeFocused();
  await expect(tick(page, 'a.example.com')).not.toBeChecked();
  await expect(page.getByText('3 selected')).toBeHidden();
});

test('all that match are deleted, on this page and the others', async ({ page, server }) => {
  await server.seed('smart-hosts', [...numbered(60), ...three]);
  await open(page);
  await search(page, 'd0');
  await expectCount(page, '60 of 63 routes');
  if (scripted()) {
    await page.getByRole('checkbox', { name: 'Select all routes on this page' }).check();
    await expect(page.getByText('50 selected')).toBeVisible();
    await button(page, 'Select all 60 routes that match “d0”').click();
    await expect(page.getByText('60 selected')).toBeVisible();
    await expect(button(page, 'Delete')).toBeFocused();
    await button(page, 'Delete').click();
  } else {
    await page.getByRole('link', { name: 'Delete all 60 routes that match “d0”' }).click();
  }
  const box = dialog(page, 'Confirmation');
  await expect(box.getByText('Delete all 60 routes that match “d0”?')).toBeVisible();
  await button(box, 'OK').click();
  await expectSaid(page, 'Deleted 60 routes.');
  await expect(page.getByText('No route matches “d0”')).toBeVisible();
  await link(page, 'Clear the search').click();
  await expectRows(page, ['a.example.com', 'b.example.com', 'c.example.com']);
});

test('all that match are not deleted when the list has changed since', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  if (scripted()) {
    await page.getByRole('checkbox', { name: 'Select all routes on this page' }).check();
    await button(page, 'Select all 60 routes').click();
    await button(page, 'Delete').click();
  } else {
    await page.getByRole('link', { name: 'Delete all 60 routes' }).click();
  }
  await expect(dialog(page, 'Confirmation')).toBeVisible();
  await server.route('new.example.com');
  await button(dialog(page, 'Confirmation'), 'OK').click();
  await expectAlert(page, /The list has changed: 60 rows were selected, 61 match now/);
  expect(await server.routes()).toHaveLength(61);
  await expectCount(page, '61 routes');
});

test('going back leaves the question behind', async ({ page, server }) => {
  needsJavaScript('without it, the question is a page of its own');
  await server.seed('smart-hosts', three);
  await open(page);
  await search(page, 'a.');
  await askDelete(page, 'a.example.com');
  await page.goBack();
  await expect(dialog(page, 'Confirmation')).toBeHidden();
  await expectRows(page, ['a.example.com', 'b.example.com', 'c.example.com']);
  await search(page, 'a.');
  await askExport(page);
  await page.goBack();
  await expect(dialog(page, 'Export')).toBeHidden();
  await expectRows(page, ['a.example.com', 'b.example.com', 'c.example.com']);
});

test('a row that someone else deleted meanwhile is said to be gone', async ({ page, server, faults }) => {
  faults.expectStatus(404);
  await server.seed('smart-hosts', three);
  await open(page);
  const box = await askDelete(page, 'b.example.com');
  await server.run('route', 'delete', 'b.example.com');
  await button(box, 'OK').click();
  await expectAlert(page, /deleted the route b\.example\.com meanwhile/);
  await expectRows(page, ['a.example.com', 'c.example.com']);
});

test('a row that someone else changed meanwhile is not deleted', async ({ page, server, faults, colleague }) => {
  faults.expectStatus(409);
  await server.seed('smart-hosts', three);
  await open(page);
  await tick(page, 'a.example.com').check();
  await tick(page, 'b.example.com').check();
  const box = await askDeleteTicked(page);
  await open(colleague);
  await button(colleague, 'Edit b.example.com').click();
  await field(table(colleague).getByRole('row').filter({ has: button(colleague, 'Save') }), 'port').fill('26');
  await button(colleague, 'Save').click();
  await expectSaid(colleague, 'Saved');
  await button(box, 'OK').click();
  await expectAlert(page, /changed the route b\.example\.com meanwhile: port 25 is now 26\./);
  // All or none.
  await expectRows(page, ['a.example.com', 'b.example.com', 'c.example.com']);
  expect(await server.routes()).toHaveLength(3);
});

test('the page after the last one gone is the one before it', async ({ page, server }) => {
  needsJavaScript('ticking all needs a script');
  await server.seed('smart-hosts', numbered(51));
  await open(page, `${SMART_HOSTS}?page=last`);
  await link(page, 'First page').click();
  await link(page, 'Next page').click();
  await expectRows(page, ['d050.example.net']);
  await button(await askDelete(page, 'd050.example.net'), 'OK').click();
  await expectSaid(page, 'Deleted 1 route.');
  await expect(row(page, 'd049.example.net')).toBeVisible();
});

test('managed domains are deleted one and several', async ({ page, server }) => {
  await server.seed('managed-domains', three);
  await open(page, MANAGED_DOMAINS);
  const box = await askDelete(page, 'a.example.com');
  await expect(box.getByText('Delete managed domain a.example.com?')).toBeVisible();
  await expect(box.getByText('This gateway will no longer accept mail for what is deleted.')).toBeVisible();
  await button(box, 'OK').click();
  await expectSaid(page, 'Deleted 1 managed domain.');
  await tick(page, 'b.example.com').check();
  await tick(page, 'c.example.com').check();
  const several = await askDeleteTicked(page);
  await expect(several.getByText('Delete 2 managed domains?')).toBeVisible();
  await button(several, 'OK').click();
  await expectSaid(page, 'Deleted 2 managed domains.');
  await expect(page.getByText('No managed domains yet')).toBeVisible();
});

test('going back after a deletion does not repeat it', async ({ page, server }) => {
  needsNoJavaScript('with it, the dialog is no page');
  await server.seed('smart-hosts', three);
  await open(page);
  await button(await askDelete(page, 'a.example.com'), 'OK').click();
  await expectSaid(page, 'Deleted 1 route.');
  await page.reload();
  await expectRows(page, ['b.example.com', 'c.example.com']);
});

test('a click finds the list as the click before has left it', async ({ page, server }) => {
  needsJavaScript('without it, each click is a page of its own');
  await server.seed('smart-hosts', numbered(3));
  await open(page);
  await page.getByRole('checkbox', { name: 'Select all routes on this page' }).check();
  await expect(button(page, 'Clear selection')).toBeVisible();
  // In one piece of work of the browser: it shows no frame between them.
  await page.evaluate(() => {
    for (const name of ['Clear selection', 'Delete']) {
      [...document.querySelectorAll('button')].find((button) => button.textContent === name)?.click();
    }
  });
  await expectAlert(page, 'Tick the routes');
  await expect(dialog(page, 'Confirmation')).toBeHidden();
});

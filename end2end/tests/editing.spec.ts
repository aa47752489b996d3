import {
  MANAGED_DOMAINS, add, alive, button, edit, editor, expectAlert, expectMarked, expectRow, expectRows, expectSaid,
  entryRow, expectTyped, field, gate, numbered, open, query, row, tryAdd, type,
} from '../support/console.ts';
import { FIRST } from '../support/server.ts';
import { expect, needsJavaScript, scripted, test } from '../support/test.ts';

test('a route is edited in its place', async ({ page, server }) => {
  await server.route('one.example.com', 'mail.example.net', '587', '--comment', 'old');
  await server.route('two.example.com');
  await open(page);
  const fields = await edit(page, 'one.example.com');
  await expectTyped(fields, {
    domain: 'one.example.com', host: 'mail.example.net', port: '587', comment: 'old', scope: 'This domain',
  });
  if (scripted()) await expect(field(fields, 'domain')).toBeFocused();
  await type(fields, { host: 'Other.Example.NET.', port: '2525', comment: 'new', scope: 'Domain and subdomains' });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved one.example.com: mail goes to other.example.net, port 2525.');
  await expectRow(page, 'one.example.com', {
    domain: 'one.example.com and subdomains new', host: 'other.example.net', port: '2525',
  });
  await expect(editor(page)).toHaveCount(0);
  await expectMarked(page, 'one.example.com', 'two.example.com');
  if (scripted()) await expect(button(page, 'Edit one.example.com')).toBeFocused();
  expect(await server.routes()).toMatchObject([
    { domain: 'one.example.com', host: 'other.example.net', port: 2525, scope: 'both', comment: 'new' },
    { domain: 'two.example.com' },
  ]);
});

test('Enter in a field of the editor saves', async ({ page, server }) => {
  await server.route('example.com');
  await open(page);
  await edit(page, 'example.com');
  await field(editor(page), 'port').fill('26');
  await field(editor(page), 'port').press('Enter');
  await expectRow(page, 'example.com', { domain: 'example.com', port: '26' });
});

test('asked twice, an edit is saved once', async ({ page, server }) => {
  needsJavaScript('without it, the browser leaves the page at the first time');
  await server.route('example.com');
  await open(page);
  let sent = 0;
  page.on('request', (request) => { if (request.url().endsWith('/api/list/save')) sent += 1; });
  await edit(page, 'example.com');
  await type(editor(page), { port: '26' });
  await page.evaluate(() => {
    const form = document.querySelector<HTMLFormElement>('form#edit');
    form?.requestSubmit();
    form?.requestSubmit();
  });
  await expectSaid(page, 'Saved example.com');
  await expectRow(page, 'example.com', { domain: 'example.com', port: '26' });
  expect(sent).toBe(1);
});

test('a row that moves when its name changes is still shown', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  await edit(page, 'd001.example.net');
  await type(editor(page), { domain: 'zzz.example.net' });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved zzz.example.net');
  await expect(row(page, 'zzz.example.net')).toBeInViewport();
  await expectMarked(page, 'zzz.example.net', 'd059.example.net');
});

test('Cancel leaves everything as it was', async ({ page, server }) => {
  await server.route('example.com', 'mail.example.net', '587', '--comment', 'kept');
  await open(page, '/smtp/domains/smart-hosts?q=example&sort=-host');
  await edit(page, 'example.com');
  await type(editor(page), { domain: 'other.example.com', host: 'x', port: '1', comment: '' });
  await button(page, 'Cancel').click();
  await expect(editor(page)).toHaveCount(0);
  await expectRow(page, 'example.com', { domain: 'example.com kept', host: 'mail.example.net', port: '587' });
  if (scripted()) await expect(button(page, 'Edit example.com')).toBeFocused();
  expect(query(page).get('q')).toBe('example');
  expect(query(page).get('sort')).toBe('-host');
  // Opened again, it starts from what is stored.
  await edit(page, 'example.com');
  await expectTyped(editor(page), { domain: 'example.com', host: 'mail.example.net', port: '587', comment: 'kept' });
});

test('Escape leaves the editor', async ({ page, server }) => {
  needsJavaScript('keys are heard by a living page only');
  await server.route('example.com');
  await open(page);
  await edit(page, 'example.com');
  await field(editor(page), 'host').fill('x.example.net');
  await page.keyboard.press('Escape');
  await expect(editor(page)).toHaveCount(0);
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'mail.example.net' });
  await expect(button(page, 'Edit example.com')).toBeFocused();
});

test('subdomains and international names can be edited as they are read', async ({ page, server }) => {
  await server.route('.bücher.example.com');
  await open(page);
  await edit(page, '.bücher.example.com');
  await expectTyped(editor(page), { domain: 'bücher.example.com', scope: 'Subdomains only' });
  await type(editor(page), { scope: 'This domain' });
  await button(page, 'Save').click();
  await expectRow(page, 'bücher.example.com', { domain: 'bücher.example.com xn--bcher-kva.example.com' });
});

test('an edit of a row that someone else changed is refused with what changed, then saved', async ({
  page, colleague, server, faults,
}) => {
  faults.expectStatus(409);
  await server.route('example.com', 'one.example.net');
  await open(page);
  await edit(page, 'example.com');
  await type(editor(page), { host: 'mine.example.net', comment: 'mine' });

  await open(colleague);
  await edit(colleague, 'example.com');
  await type(editor(colleague), { host: 'theirs.example.net', port: '26' });
  await button(colleague, 'Save').click();
  await expectSaid(colleague, 'Saved example.com');

  await button(page, 'Save').click();
  await expectAlert(page, /changed the route example\.com meanwhile: host one\.example\.net is now theirs\.example\.net, port 25 is now 26\. Your change was not made\./);
  // What was left alone is theirs now; what both have changed is named.
  await expectAlert(page, /Both of you changed host: you typed mine\.example\.net, \w+ set theirs\.example\.net\. Saving again replaces/);
  await expectTyped(editor(page), { domain: 'example.com', host: 'mine.example.net', port: '26', comment: 'mine' });
  expect(await server.routes()).toMatchObject([{ host: 'theirs.example.net', port: 26 }]);

  await button(page, 'Save').click();
  await expectSaid(page, 'Saved example.com: mail goes to mine.example.net, port 26.');
  expect(await server.routes()).toMatchObject([{ host: 'mine.example.net', port: 26, comment: 'mine' }]);
});

test('what somebody else changed beside what was typed is kept', async ({ page, colleague, server, faults }) => {
  faults.expectStatus(409);
  await server.route('example.com', 'one.example.net');
  await open(page);
  await edit(page, 'example.com');
  await type(editor(page), { port: '587' });

  await open(colleague);
  await edit(colleague, 'example.com');
  await type(editor(colleague), { host: 'theirs.example.net', comment: 'theirs' });
  await button(colleague, 'Save').click();
  await expectSaid(colleague, 'Saved example.com');

  await button(page, 'Save').click();
  await expectAlert(page, 'What you had left as it was now shows what is stored. Saving again changes only what you typed.');
  await expectTyped(editor(page), { host: 'theirs.example.net', port: '587', comment: 'theirs' });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved example.com: mail goes to theirs.example.net, port 587.');
  expect(await server.routes()).toMatchObject([{ host: 'theirs.example.net', port: 587, comment: 'theirs' }]);
});

test('after that refusal, Cancel shows the row as it is now', async ({ page, server, faults, colleague }) => {
  faults.expectStatus(409);
  await server.route('example.com', 'one.example.net');
  await open(page);
  await edit(page, 'example.com');
  await type(editor(page), { host: 'mine.example.net' });
  await open(colleague);
  await edit(colleague, 'example.com');
  await type(editor(colleague), { host: 'theirs.example.net' });
  await button(colleague, 'Save').click();
  await expectSaid(colleague, 'Saved');
  await button(page, 'Save').click();
  await expectAlert(page, 'Your change was not made.');
  await button(page, 'Cancel').click();
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'theirs.example.net' });
  await edit(page, 'example.com');
  await expectTyped(editor(page), { host: 'theirs.example.net' });
});

test('an edit of a row that someone else deleted says so and keeps what was typed', async ({ page, server, faults }) => {
  faults.expectStatus(404);
  await server.route('example.com');
  await server.route('other.example.com');
  await open(page);
  await edit(page, 'example.com');
  await type(editor(page), { host: 'mine.example.net', port: '2525', comment: 'mine' });
  await server.run('route', 'delete', 'example.com');
  await button(page, 'Save').click();
  await expectAlert(page, /deleted the route example\.com meanwhile/);
  await expectRows(page, ['other.example.com']);
  await expectTyped(entryRow(page), { domain: 'example.com', host: 'mine.example.net', port: '2525', comment: 'mine' });
  await button(page, 'Add').click();
  await expectSaid(page, 'Added example.com: mail goes to mine.example.net, port 2525.');
});

test('a refused edit waits while another row is being edited', async ({ page, server, faults }) => {
  needsJavaScript('without it, nothing else can be opened while a form is on its way');
  faults.expectStatus(409);
  await server.route('a.example.com');
  await server.route('b.example.com');
  await server.route('taken.example.com');
  await open(page);
  const { opened, open: release } = gate();
  await page.route('**/api/list/save', async (route) => {
    await opened;
    await route.continue();
  });
  await edit(page, 'a.example.com');
  await type(editor(page), { domain: 'taken.example.com', comment: 'first' });
  await button(page, 'Save').click();
  await edit(page, 'b.example.com');
  await type(editor(page), { comment: 'second' });
  release();
  await expect(page.getByText('taken.example.com was not saved.')).toBeVisible();
  await expectTyped(editor(page), { domain: 'b.example.com', comment: 'second' });
  // Each goes back to where it was typed, and the other is set aside.
  await button(page, 'Correct').click();
  await expectTyped(editor(page), { domain: 'taken.example.com', comment: 'first' });
  await expect(page.getByText('b.example.com is not saved yet.')).toBeVisible();
  await type(editor(page), { domain: 'free.example.com' });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved free.example.com');
  await button(page, 'Correct').click();
  await expectTyped(editor(page), { domain: 'b.example.com', comment: 'second' });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved b.example.com');
  expect(await server.routes()).toMatchObject([
    { domain: 'b.example.com', comment: 'second' },
    { domain: 'free.example.com', comment: 'first' },
    { domain: 'taken.example.com' },
  ]);
});

test('what is typed in one editor waits while another row is edited', async ({ page, server }) => {
  needsJavaScript('without it, the pencil leads to another page');
  await server.route('a.example.com');
  await server.route('b.example.com');
  await open(page);
  await edit(page, 'a.example.com');
  await button(page, 'Edit b.example.com').click();
  await expectTyped(editor(page), { domain: 'b.example.com' });
  // Nothing was typed, so nothing waits.
  await expect(page.getByText('is not saved yet')).toHaveCount(0);
  await type(editor(page), { comment: 'typed' });
  await button(page, 'Edit a.example.com').click();
  await expectTyped(editor(page), { domain: 'a.example.com', comment: '' });
  await expect(page.getByText('b.example.com is not saved yet.')).toBeVisible();
  await button(page, 'Correct').click();
  await expectTyped(editor(page), { domain: 'b.example.com', comment: 'typed' });
  await expect(page.getByText('is not saved yet')).toHaveCount(0);
  await button(page, 'Save').click();
  await expectRow(page, 'b.example.com', { domain: 'b.example.com typed' });
});

test('what was saved is shown as soon as the list can be read again', async ({ page }) => {
  needsJavaScript('without it, saving reads no list');
  await open(page);
  await page.route('**/api/list/save', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), shown: null } });
  });
  await tryAdd(page, { domain: 'example.com', host: 'mail.example.net' });
  await expectSaid(page, 'Added example.com');
  await expectRows(page, ['example.com']);
});

test('a managed domain is edited, to routing of its own and back to the default', async ({ page, server }) => {
  await server.run('default-routing', 'set', 'default.example.net');
  await server.managedDomain('example.com');
  await open(page, MANAGED_DOMAINS);
  await edit(page, 'example.com');
  await type(editor(page), { host: 'own.example.net', port: '2525' });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved example.com: mail goes to own.example.net, port 2525.');
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'own.example.net', port: '2525' });
  await edit(page, 'example.com');
  await type(editor(page), { host: '', port: '' });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved example.com: mail goes to default domain routing.');
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'Default', port: '' });
  expect(await server.managedDomains()).toMatchObject([{ domain: 'example.com', host: null, port: null }]);
});

test('an open editor is part of the address', async ({ page, server }) => {
  await server.route('example.com');
  await open(page, `/smtp/domains/smart-hosts?edit=${FIRST}`);
  await expectTyped(editor(page), { domain: 'example.com' });
  await page.reload();
  await alive(page);
  await type(editor(page), { port: '26' });
  await button(page, 'Save').click();
  await expectRow(page, 'example.com', { domain: 'example.com', port: '26' });
  await add(page, { domain: 'other.example.com', host: 'mail.example.net' });
});

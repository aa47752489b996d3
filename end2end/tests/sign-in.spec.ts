// Setting the console up, signing in and out, the second factor, and a session that ends in mid-edit.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import {
  SMART_HOSTS, alive, button, edit, entryRow, expectRow, expectRows, expectTyped, field, link, open, row, search, table,
  tryAdd, type,
} from '../support/console.ts';
import { ADMIN, PASSWORD, Server } from '../support/server.ts';
import { expect, needsJavaScript, needsNoJavaScript, scripted, test } from '../support/test.ts';
import { totp } from '../support/totp.ts';

async function typeNameAndPassword(page: Page, name: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await button(page, 'Sign in').click();
}

function heading(page: Page, name: string) {
  return page.getByRole('heading', { name, level: 1, exact: true });
}

test('the first administrator sets the console up by the link in the log', async ({ browser, faults }) => {
  const server = await Server.start({ empty: true });
  const context = await browser.newContext({ baseURL: server.url, storageState: { cookies: [], origins: [] } });
  faults.watch(context);
  faults.expectStatus(422, 403);
  const page = await context.newPage();
  await page.goto(SMART_HOSTS);
  await expect(heading(page, 'The console is not set up yet')).toBeVisible();
  await page.goto(server.setUpLink);
  await expect(heading(page, 'Set the console up')).toBeVisible();
  if (scripted()) await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('anna');
  await page.getByLabel('Password', { exact: true }).fill('password1234');
  await page.getByLabel('Password again').fill('password1234');
  await button(page, 'Set up and sign in').click();
  await expect(page.getByText('too easy to guess')).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password again').fill(PASSWORD);
  await button(page, 'Set up and sign in').click();
  await expect(page.getByRole('table', { name: 'Smart Hosts' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-person', 'anna');
  await page.goto(server.setUpLink);
  await expect(heading(page, 'Sign in')).toBeVisible();
  await context.close();
  await server.stop();
  await server.remove();
});

test.describe('for whoever is not signed in', () => {
  test.use({ visitor: 'nobody' });

  test('a page asks to sign in, and then is there', async ({ page, server }) => {
    await server.route('example.com');
    await page.goto(`${SMART_HOSTS}?q=example`);
    await expect(heading(page, 'Sign in')).toBeVisible();
    if (scripted()) await expectAccessible(page);
    await typeNameAndPassword(page, ADMIN, PASSWORD);
    await expect(page).toHaveURL(/\/smtp\/domains\/smart-hosts\?q=example$/);
    await expectRows(page, ['example.com']);
    await alive(page);
    await button(page, 'Sign out').click();
    await expect(page.getByText('You are signed out.')).toBeVisible();
    await page.goto(SMART_HOSTS);
    await expect(heading(page, 'Sign in')).toBeVisible();
  });

  test('a password can be shown while it is typed', async ({ page }) => {
    await page.goto('/sign-in');
    const field = page.getByLabel('Password', { exact: true });
    await field.fill('what is typed');
    const show = button(page, 'Show password');
    if (!scripted()) {
      await expect(show).toBeHidden();
      return;
    }
    await expect(field).toHaveAttribute('type', 'password');
    await show.click();
    await expect(field).toHaveAttribute('type', 'text');
    await expect(field).toHaveValue('what is typed');
    await expectAccessible(page);
    await button(page, 'Hide password').click();
    await expect(show).toBeVisible();
    await expect(field).toHaveAttribute('type', 'password');
  });

  test('a wrong password and an unknown name are refused in the same words', async ({ page, faults }) => {
    faults.expectStatus(401);
    for (const name of [ADMIN, 'nobody']) {
      await page.goto('/sign-in');
      await typeNameAndPassword(page, name, 'another password');
      await expect(page.getByRole('alert')).toHaveText(
        'Name and password do not belong together. Check both and try again.',
      );
      await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue(name);
    }
  });

  test('after a few wrong passwords each further try must wait', async ({ page, faults }) => {
    faults.expectStatus(401, 429);
    const alert = page.getByRole('alert');
    // Each wait is twice as long as the one before, so even a slow browser comes too early at last.
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await page.goto('/sign-in');
      await typeNameAndPassword(page, 'nobody', 'another password');
      await expect(alert).toBeVisible();
      if ((await alert.textContent())?.includes('Try again in')) break;
    }
    await expect(alert).toContainText('Try again in');
  });
});

test('a second factor is set up, asked for, and recovered from', async ({ page, browser, server, faults }) => {
  faults.expectStatus(401);
  await page.goto('/account');
  await link(page, 'Set up a second factor').click();
  await expect(page.getByRole('img', { name: 'The code to scan' })).toBeVisible();
  if (scripted()) await expectAccessible(page);
  const key = (await page.locator('code').textContent()) ?? '';
  // The code of the step before: then that of this one is still good below.
  await page.getByLabel('Code', { exact: true }).fill(totp(key, -1));
  await page.getByLabel('Present password').fill(PASSWORD);
  await button(page, 'Set up').click();
  await expect(heading(page, 'Recovery codes')).toBeVisible();
  const codes = await page.locator('li > code').allTextContents();
  expect(codes).toHaveLength(10);
  await link(page, 'I have kept them').click();
  await expect(page.getByText('10 recovery codes are left.')).toBeVisible();

  const other = await browser.newContext({ baseURL: server.url, storageState: { cookies: [], origins: [] } });
  faults.watch(other);
  const elsewhere = await other.newPage();
  const begin = async (): Promise<void> => {
    await elsewhere.goto('/sign-in');
    await typeNameAndPassword(elsewhere, ADMIN, PASSWORD);
    await expect(heading(elsewhere, 'Second factor')).toBeVisible();
  };
  await begin();
  await elsewhere.getByLabel('Code', { exact: true }).fill('000000');
  await button(elsewhere, 'Sign in').click();
  await expect(elsewhere.getByRole('alert')).toContainText('This code is not right');
  await elsewhere.getByLabel('Code', { exact: true }).fill(totp(key));
  await button(elsewhere, 'Sign in').click();
  await expect(elsewhere.getByRole('table', { name: 'Smart Hosts' })).toBeVisible();
  await alive(elsewhere);
  await button(elsewhere, 'Sign out').click();
  await begin();
  await elsewhere.getByLabel('Code', { exact: true }).fill(codes[0] ?? '');
  await button(elsewhere, 'Sign in').click();
  await expect(elsewhere.getByRole('table', { name: 'Smart Hosts' })).toBeVisible();
  await other.close();
});

test('a changed password ends the other sessions', async ({ page, browser, server, faults }) => {
  const other = await browser.newContext({ baseURL: server.url, storageState: { cookies: [], origins: [] } });
  faults.watch(other);
  const elsewhere = await other.newPage();
  await elsewhere.goto('/sign-in');
  await typeNameAndPassword(elsewhere, ADMIN, PASSWORD);
  await expect(elsewhere.getByRole('table', { name: 'Smart Hosts' })).toBeVisible();

  await page.goto('/account');
  await page.getByLabel('Present password').fill(PASSWORD);
  await page.getByLabel('New password', { exact: true }).fill('quite another set of words');
  await page.getByLabel('New password again').fill('quite another set of words');
  await button(page, 'Change password').click();
  await expect(page.getByText('The password was changed.')).toBeVisible();
  await elsewhere.goto(SMART_HOSTS);
  await expect(heading(elsewhere, 'Sign in')).toBeVisible();
  await other.close();
});

test('sessions are listed, and ended', async ({ page }) => {
  await page.goto('/account/sessions');
  await expect(page.getByText('this one')).toBeVisible();
  if (scripted()) await expectAccessible(page);
  await page.getByRole('button', { name: /^End the session of/ }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
});

test('a session that ends while a row is typed loses nothing', async ({ page, server, faults }) => {
  needsJavaScript('without it the form is carried through the sign-in page, see below');
  faults.expectStatus(401);
  await open(page);
  await type(entryRow(page), { domain: 'example.com', host: 'mail.example.net', port: '2525' });
  await server.endSessions();
  await button(page, 'Add').click();
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await dialog.getByLabel('Password', { exact: true }).fill('a wrong password');
  await button(dialog, 'Show password').click();
  await expect(dialog.getByLabel('Password', { exact: true })).toHaveAttribute('type', 'text');
  await button(dialog, 'Hide password').click();
  await expect(button(dialog, 'Show password')).toBeVisible();
  await button(dialog, 'Sign in').click();
  await expect(dialog.getByRole('alert')).toContainText('do not belong together');
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(dialog, 'Sign in').click();
  await expect(dialog).toBeHidden();
  // It is done without being asked for again.
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'mail.example.net', port: '2525' });
});

test('a session that ends before a list is searched, sorted or paged leads on where it was going', async ({
  page, server, faults,
}) => {
  needsJavaScript('without it each of these loads a page, which leads to the sign-in');
  test.slow();
  faults.expectStatus(401);
  await server.seed('smart-hosts', Array.from({ length: 30 }, (_, n) => ({
    domain: `d${String(n).padStart(3, '0')}.example.net`,
  })));
  await open(page, `${SMART_HOSTS}?size=25`);
  await type(entryRow(page), { domain: 'typed.example.com' });
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  const again = async (act: () => Promise<void>): Promise<void> => {
    await server.endSessions();
    await act();
    await expect(dialog).toBeVisible();
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await button(dialog, 'Sign in').click();
    await expect(dialog).toBeHidden();
  };
  await again(async () => {
    await link(page, 'Next page').click();
  });
  await expect(row(page, 'd029.example.net')).toBeVisible();
  const heading = table(page).getByRole('columnheader', { name: 'Domain Name', exact: true });
  await again(async () => {
    await link(heading, 'Domain Name').click();
  });
  await expect(heading).toHaveAttribute('aria-sort', 'descending');
  await expect(row(page, 'd029.example.net')).toBeVisible();
  await again(async () => {
    await search(page, 'd007');
  });
  await expectRows(page, ['d007.example.net']);
  await expectTyped(entryRow(page), { domain: 'typed.example.com' });
});

test('whoever does not sign in again keeps what was typed', async ({ page, server, faults }) => {
  needsJavaScript('there is no dialog without it');
  faults.expectStatus(401);
  await server.route('example.com');
  await open(page);
  const editing = await edit(page, 'example.com');
  await type(editing, { host: 'new.example.net' });
  await server.endSessions();
  await button(editing, 'Save').click();
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  await button(dialog, 'Cancel').click();
  await expect(page.getByText('You are signed out')).toBeVisible();
  await expectTyped(entryRow(page), { port: '25' });
  await expect(field(page.getByRole('row').filter({ has: button(page, 'Save') }), 'host')).toHaveValue('new.example.net');
});

test('without JavaScript a form is carried through the sign-in', async ({ page, server, faults }) => {
  needsNoJavaScript('with it the dialog does it');
  faults.expectStatus(401);
  await open(page);
  await server.endSessions();
  await tryAdd(page, { domain: 'example.com', host: 'mail.example.net' });
  await expect(page.getByText('What you typed is kept')).toBeVisible();
  await typeNameAndPassword(page, ADMIN, PASSWORD);
  await button(page, 'Continue').click();
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'mail.example.net' });
});

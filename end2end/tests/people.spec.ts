// Administrators say who may sign in, and as what.
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import { button, link, open } from '../support/console.ts';
import { ADMIN, PASSWORD } from '../support/server.ts';
import { expect, onPhone, scripted, test } from '../support/test.ts';

function person(page: Page, name: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
}

test('somebody is added, changed and removed', async ({ page, server, faults }) => {
  faults.expectStatus(422);
  await open(page);
  if (onPhone()) await button(page, 'Menu').click();
  await link(page, 'People').click();
  await expect(page.getByRole('heading', { name: 'People', level: 1 })).toBeVisible();
  const form = page.getByRole('form', { name: 'Add somebody' });
  await form.getByLabel('Name').fill('Anna Schmidt');
  await form.getByLabel('First password').fill('short');
  await button(form, 'Add').click();
  await expect(page.getByText('A name is made of', { exact: false })).toBeVisible();
  await form.getByLabel('Name').fill('anna');
  await form.getByLabel('First password').fill(PASSWORD);
  await form.getByLabel('Role').selectOption('Operator');
  await button(form, 'Add').click();
  await expect(person(page, 'anna')).toContainText('Operator');
  if (scripted()) await expectAccessible(page);

  await page.getByLabel('Role of anna', { exact: true }).selectOption('Viewer');
  await button(page, 'Set the role of anna').click();
  await expect(person(page, 'anna')).toContainText('Viewer');
  await button(page, 'Disable anna').click();
  await expect(person(page, 'anna')).toContainText('disabled');
  await button(page, 'Enable anna').click();
  await expect(person(page, 'anna')).not.toContainText('disabled');
  await server.signIn('anna');

  await link(page, 'Remove anna').click();
  await expect(page.getByText('Remove anna?')).toBeVisible();
  if (scripted()) await expectAccessible(page);
  await button(page, 'OK').click();
  await expect(page.getByRole('status')).toHaveText('Removed anna.');
  await expect(person(page, 'anna')).toHaveCount(0);
});

test('somebody gets a new password, and their sessions end', async ({ page, browser, server, faults }) => {
  await server.person('ben', 'viewer');
  const other = await browser.newContext({ baseURL: server.url, storageState: await server.storageState('ben') });
  faults.watch(other);
  const elsewhere = await other.newPage();
  await elsewhere.goto('/account');
  await expect(elsewhere.getByRole('heading', { name: 'Your account', level: 1 })).toBeVisible();

  await page.goto('/people');
  await link(page, 'Set a password for ben').click();
  if (scripted()) await expectAccessible(page);
  await page.getByLabel('New password', { exact: true }).fill('quite another set of words');
  await page.getByLabel('New password again').fill('quite another set of words');
  await page.getByLabel('Your own present password').fill(PASSWORD);
  await button(page, 'Set the password').click();
  await expect(page.getByRole('status')).toHaveText('The password of ben was set. Their sessions have ended.');
  await elsewhere.goto('/account');
  await expect(elsewhere.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await other.close();

  await link(page, 'End all sessions of ben').click();
  if (scripted()) await expectAccessible(page);
  await page.getByLabel('Your own present password').fill(PASSWORD);
  await button(page, 'End all sessions').click();
  await expect(page.getByRole('status')).toHaveText('The sessions of ben have ended.');
});

test('the last administrator stays', async ({ page, faults }) => {
  faults.expectStatus(409);
  await page.goto('/people');
  await button(page, `Disable ${ADMIN}`).click();
  await expect(page.getByText('Disable your own account?')).toBeVisible();
  await button(page, 'OK').click();
  await expect(page.getByRole('alert')).toContainText('is the last administrator');
});

test('where a second factor is required, it is set up before anything else', async ({ page }) => {
  await page.goto('/people');
  await button(page, 'Require it').click();
  await expect(page.getByRole('heading', { name: 'Set up a second factor', level: 1 })).toBeVisible();
  await expect(page.getByText('Set yours up to go on.', { exact: false })).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Set up a second factor', level: 1 })).toBeVisible();
});

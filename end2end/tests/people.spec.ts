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
  await expect(page.getByRole('status')).toHaveText('Removed.');
  await expect(person(page, 'anna')).toHaveCount(0);
});

test('the last administrator stays', async ({ page, faults }) => {
  faults.expectStatus(409);
  await page.goto('/people');
  await button(page, `Disable ${ADMIN}`).click();
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

// A managed domain can never be a smart host route, in either direction and in any spelling.
import type { Page } from '@playwright/test';
import {
  MANAGED_DOMAINS, SMART_HOSTS, alive, button, edit, editor, entryRow, expectRow, expectRows, expectSaid, expectTyped,
  expectWrong, link, open, row, table, tryAdd, type,
} from '../support/console.ts';
import { expect, test } from '../support/test.ts';

const spellings = ['bücher.example.com', 'BÜCHER.Example.com.', 'xn--bcher-kva.example.com', ' XN--BCHER-KVA.EXAMPLE.COM. '];

/** Follows the link to the row of the other list that stands in the way, and returns the page that it opens. */
async function follow(page: Page, name: string): Promise<Page> {
  const opening = page.context().waitForEvent('page');
  await link(entryRow(page), `Show ${name} (opens another page)`).click();
  const beside = await opening;
  await alive(beside);
  return beside;
}

for (const spelling of spellings) {
  test(`a managed domain is refused as a route: ${spelling}`, async ({ page, server, faults }) => {
    faults.expectStatus(409);
    await server.managedDomain('bücher.example.com');
    await open(page);
    await tryAdd(page, { domain: spelling, host: 'mail.example.net', port: '2525', comment: 'kept' });
    await expectWrong(
      entryRow(page), 'domain',
      'bücher.example.com (xn--bcher-kva.example.com) is a managed domain, so it cannot be a smart host route.',
    );
    await expectTyped(entryRow(page), { domain: spelling, host: 'mail.example.net', port: '2525', comment: 'kept' });
    expect(await server.routes()).toEqual([]);
    const beside = await follow(page, 'bücher.example.com');
    await expect(table(beside, 'Managed Domains')).toBeVisible();
    await expect(row(beside, 'bücher.example.com')).toBeInViewport();
    // What was typed is still there.
    await expectTyped(entryRow(page), { domain: spelling, host: 'mail.example.net', port: '2525', comment: 'kept' });
  });

  test(`a route is refused as a managed domain: ${spelling}`, async ({ page, server, faults }) => {
    faults.expectStatus(409);
    await server.route('bücher.example.com');
    await open(page, MANAGED_DOMAINS);
    await tryAdd(page, { domain: spelling, comment: 'kept' });
    await expectWrong(
      entryRow(page), 'domain',
      'bücher.example.com (xn--bcher-kva.example.com) is a smart host route (to mail.example.net, port 25), so it cannot be a managed domain.',
    );
    await expectTyped(entryRow(page), { domain: spelling, comment: 'kept' });
    expect(await server.managedDomains()).toEqual([]);
    const beside = await follow(page, 'bücher.example.com');
    await expect(table(beside, 'Smart Hosts')).toBeVisible();
    await expect(row(beside, 'bücher.example.com')).toBeInViewport();
    await expectTyped(entryRow(page), { domain: spelling, comment: 'kept' });
  });
}

test('a route for domain and subdomains stands in the way, too', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.route('example.com', 'mail.example.net', '--scope', 'both');
  await open(page, MANAGED_DOMAINS);
  await tryAdd(page, { domain: 'example.com' });
  await expectWrong(entryRow(page), 'domain', 'Limit the route to subdomains or delete it first.');
});

test('an edit cannot make a route of a managed domain', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.managedDomain('managed.example.com');
  await server.route('.managed.example.com');
  await server.route('other.example.com');
  await open(page);
  await edit(page, 'other.example.com');
  await type(editor(page), { domain: 'Managed.Example.com' });
  await button(page, 'Save').click();
  await expectWrong(editor(page), 'domain', 'managed.example.com is a managed domain');
  await button(page, 'Cancel').click();
  // Widening the scope of the route for its subdomains would do the same.
  await edit(page, '.managed.example.com');
  await type(editor(page), { scope: 'Domain and subdomains' });
  await button(page, 'Save').click();
  await expectWrong(editor(page), 'domain', 'managed.example.com is a managed domain');
  await expectTyped(editor(page), { scope: 'Domain and subdomains' });
});

test('an edit cannot make a managed domain of a route', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.route('route.example.com');
  await server.managedDomain('managed.example.com');
  await open(page, MANAGED_DOMAINS);
  await edit(page, 'managed.example.com');
  await type(editor(page), { domain: 'ROUTE.example.com' });
  await button(page, 'Save').click();
  await expectWrong(editor(page), 'domain', 'route.example.com is a smart host route');
});

test('after the managed domain is deleted, its domain can be routed', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.managedDomain('example.com');
  await open(page);
  await tryAdd(page, { domain: 'example.com', host: 'mail.example.net' });
  const beside = await follow(page, 'example.com');
  await button(beside, 'Delete example.com').click();
  await button(beside, 'OK').click();
  await expectSaid(beside, 'Deleted 1 managed domain.');
  await button(page, 'Add').click();
  await expectSaid(page, 'Added example.com');
});

test('what is near but no clash is added, and the page says who wins', async ({ page, server }) => {
  await server.managedDomain('managed.example.com', 'own.example.net');
  await server.managedDomain('a.wide.example.com', 'own.example.net');
  await open(page, SMART_HOSTS);
  await tryAdd(page, { domain: '.managed.example.com', host: 'mail.example.net' });
  await expectSaid(page, 'managed.example.com itself is a managed domain; this route is for its subdomains only.');
  await tryAdd(page, { domain: 'wide.example.com', host: 'mail.example.net', scope: 'Domain and subdomains' });
  await expectSaid(page, 'a.wide.example.com is a managed domain and wins over this route.');
  await tryAdd(page, { domain: 'b.wide.example.com', host: 'other.example.net', scope: 'This domain' });
  await expectSaid(page, 'This route wins over the route for wide.example.com and its subdomains (to mail.example.net, port 25).');
  await tryAdd(page, { domain: '.example.com', host: 'mail.example.net' });
  await expectSaid(page, '3 routes below it win over this route, the one for b.wide.example.com (to other.example.net, port 25) among them.');
  await open(page, MANAGED_DOMAINS);
  await tryAdd(page, { domain: 'c.wide.example.com', host: 'own.example.net' });
  await expectSaid(page, 'This managed domain wins over the smart host route for wide.example.com and its subdomains');
  await expectRows(page, ['a.wide.example.com', 'c.wide.example.com', 'managed.example.com']);
  await expectRow(page, 'c.wide.example.com', { domain: 'c.wide.example.com', host: 'own.example.net', port: '25' });
});

// Every page, dialog and state by axe: WCAG 2.2 A and AA, in both colour schemes.
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible.ts';
import {
  DEFAULT_ROUTING, MANAGED_DOMAINS, SMART_HOSTS, add, askDelete, askDeleteTicked, askExport, button, dialog, edit,
  editor, entryRow, expectAlert, expectWrong, link, numbered, open, search, tick, tryAdd, type,
} from '../support/console.ts';
import type { Server } from '../support/server.ts';
import { expect, needsPhone, test } from '../support/test.ts';

async function fill(server: Server): Promise<void> {
  await server.seed('smart-hosts', [
    { domain: 'a.example.com', comment: 'Ticket 4711' },
    { domain: 'bücher.example.com', host: 'straße.example.net', scope: 'both' },
    { domain: '.c.example.com', host: '2001:db8::1', port: 2525 },
  ]);
  await server.seed('managed-domains', [
    { domain: 'd.example.com' },
    { domain: 'e.example.com', host: 'own.example.net', comment: 'Berlin' },
  ]);
}

const states: Record<string, (page: Page, server: Server) => Promise<void>> = {
  'an empty list': (page) => open(page),
  'a list with rows': async (page, server) => {
    await fill(server);
    await open(page);
  },
  'a list of several pages': async (page, server) => {
    await server.seed('smart-hosts', numbered(30));
    await open(page, `${SMART_HOSTS}?size=25`);
  },
  'managed domains without a default': async (page, server) => {
    await fill(server);
    await open(page, MANAGED_DOMAINS);
  },
  'default domain routing': async (page, server) => {
    await fill(server);
    await open(page, DEFAULT_ROUTING);
  },
  'an address without a page': async (page) => {
    await page.goto('/nowhere');
  },
  'a search without a match': async (page, server) => {
    await fill(server);
    await open(page);
    await search(page, 'nothing');
  },
  'an addition and what is said of it': async (page, server) => {
    await server.managedDomain('managed.example.com');
    await open(page);
    await add(page, { domain: '.managed.example.com', host: 'relay' });
  },
  'refusals': async (page, server) => {
    await server.managedDomain('managed.example.com');
    await open(page);
    await tryAdd(page, { domain: 'not a domain', host: '0.0.0.0', port: 'x' });
    await expectWrong(entryRow(page), 'port', 'is no port');
    await tryAdd(page, { domain: 'managed.example.com', host: 'mail.example.net', port: '25' });
    await expectWrong(entryRow(page), 'domain', 'is a managed domain');
  },
  'an editor with refusals': async (page, server) => {
    await fill(server);
    await open(page);
    await edit(page, 'a.example.com');
    await type(editor(page), { host: '::' });
    await button(page, 'Save').click();
    await expectWrong(editor(page), 'host', ':: stands for no particular host');
  },
  'the confirmation for one': async (page, server) => {
    await fill(server);
    await open(page);
    await askDelete(page, 'a.example.com');
  },
  'the confirmation for several': async (page, server) => {
    await fill(server);
    await open(page);
    await tick(page, 'a.example.com').check();
    await tick(page, '.c.example.com').check();
    await askDeleteTicked(page);
  },
  'the confirmation for all that match': async (page, server) => {
    await fill(server);
    await open(page, `${SMART_HOSTS}?q=example&delete=matching`);
    await expect(dialog(page, 'Confirmation').getByText('Delete all 3 routes that match “example”?')).toBeVisible();
  },
  'the confirmation for a managed domain': async (page, server) => {
    await fill(server);
    await open(page, MANAGED_DOMAINS);
    await askDelete(page, 'd.example.com');
  },
  'the confirmation for several managed domains': async (page, server) => {
    await fill(server);
    await open(page, MANAGED_DOMAINS);
    await tick(page, 'd.example.com').check();
    await tick(page, 'e.example.com').check();
    await askDeleteTicked(page);
  },
  'the export dialog of managed domains': async (page, server) => {
    await fill(server);
    await open(page, MANAGED_DOMAINS);
    await askExport(page);
  },
  'the export dialog': async (page, server) => {
    await fill(server);
    await open(page);
    await search(page, 'a.');
    await askExport(page);
  },
  'an alert': async (page, server) => {
    await fill(server);
    await open(page);
    await button(page, 'Delete').click();
    await expectAlert(page, 'Nothing is ticked');
  },
  'a default that is refused': async (page) => {
    await open(page, DEFAULT_ROUTING);
    await type(page.getByRole('main'), { host: '::', port: 'x' });
    await button(page, 'Save').click();
    await expectWrong(page.getByRole('main'), 'port', 'is no port');
  },
};

for (const [name, reach] of Object.entries(states)) {
  test(`axe has nothing to say about ${name}`, async ({ page, server, faults }) => {
    faults.expectStatus(404, 409, 422);
    await reach(page, server);
    await expectAccessible(page);
  });
}

test('axe has nothing to say about a list that could not be read', async ({ page, server, faults }) => {
  faults.expectNoAnswer();
  await server.seed('smart-hosts', numbered(60));
  await open(page);
  await server.kill();
  await link(page, 'Next page').click();
  await expect(button(page, 'Try again')).toBeVisible();
  await expectAccessible(page);
  await server.startAgain();
});

test('axe has nothing to say about a selection', async ({ page, server }) => {
  await server.seed('smart-hosts', numbered(30));
  await open(page, `${SMART_HOSTS}?size=25`);
  await page.getByRole('checkbox', { name: 'Select all routes on this page' }).check();
  await expect(page.getByText('25 selected')).toBeVisible();
  await expectAccessible(page);
});

test('axe has nothing to say about rows on their way and refused', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.managedDomain('one.example.com');
  await open(page);
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/api/list/save', async (route) => {
    await released;
    await route.continue();
  });
  await tryAdd(page, { domain: 'one.example.com', host: 'mail.example.net' });
  await type(entryRow(page), { domain: 'two.example.com' });
  await expect(page.getByText('Adding…')).toBeVisible();
  await expectAccessible(page);
  release();
  await expectAlert(page, /was not added/);
  await expectAccessible(page);
});

test('axe has nothing to say about the open menu', async ({ page }) => {
  needsPhone('elsewhere the navigation is always there');
  await open(page);
  await button(page, 'Menu').click();
  await expect(link(page, 'Domains')).toBeInViewport();
  await expectAccessible(page);
});

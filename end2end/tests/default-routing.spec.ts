import {
  DEFAULT_ROUTING, MANAGED_DOMAINS, add, alive, button, expectAlert, expectRow, expectSaid, expectTyped, field, link,
  open, table, type,
} from '../support/console.ts';
import { expect, scripted, test } from '../support/test.ts';

test('the default is set, used and cleared, and managed domains without routing are flagged', async ({ page, server }) => {
  await server.seed('managed-domains', [
    { domain: 'a.example.com' }, { domain: 'b.example.com', host: 'own.example.net' }, { domain: 'c.example.com' },
  ]);
  await open(page, MANAGED_DOMAINS);
  await expectRow(page, 'a.example.com', { domain: 'a.example.com', host: /^Default\s*no default is set$/, port: '' });
  await expectRow(page, 'b.example.com', { domain: 'b.example.com', host: 'own.example.net', port: '25' });

  await link(page, 'Default Domain Routing').click();
  await expect(page.getByRole('heading', { name: 'Default Domain Routing', level: 1 })).toBeVisible();
  const form = page.getByRole('main');
  await expectTyped(form, { host: '', port: '' });
  await expect(page.getByText('2 of 3 managed domains use the default now.')).toBeVisible();
  await expect(page.getByText('Mail for these domains has nowhere to go until a default is set.')).toBeVisible();
  await type(form, { host: 'Default.Example.NET', port: '2525' });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved: the default is default.example.net, port 2525.');
  await expectTyped(form, { host: 'default.example.net', port: '2525' });
  await expect(page.getByText('nowhere to go')).toBeHidden();

  await link(page, 'Show managed domains').click();
  await expect(table(page, 'Managed Domains')).toBeVisible();
  await expectRow(page, 'a.example.com', { domain: 'a.example.com', host: 'Default', port: '' });

  await link(page, 'Default Domain Routing').click();
  await expectTyped(page.getByRole('main'), { host: 'default.example.net', port: '2525' });
  await type(page.getByRole('main'), { host: '', port: '' });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved: there is no default domain routing.');
  await expect(page.getByText('Mail for these domains has nowhere to go until a default is set.')).toBeVisible();
  await link(page, 'Managed Domains').first().click();
  await expectRow(page, 'c.example.com', { domain: 'c.example.com', host: /no default is set/, port: '' });
});

test('the sentence counts who uses the default', async ({ page, server }) => {
  await open(page, DEFAULT_ROUTING);
  await expect(page.getByText('There are no managed domains yet.')).toBeVisible();
  const added = [
    { seed: { domain: 'a.example.com' }, says: 'The one managed domain uses the default now.' },
    { seed: { domain: 'b.example.com', host: 'own.example.net' }, says: '1 of 2 managed domains uses the default now.' },
    { seed: { domain: 'c.example.com' }, says: '2 of 3 managed domains use the default now.' },
  ];
  for (const { seed, says } of added) {
    await server.seed('managed-domains', [seed]);
    await open(page, DEFAULT_ROUTING);
    await expect(page.getByText(says)).toBeVisible();
  }
});

test('a pasted host:port is taken apart, and Enter saves', async ({ page }) => {
  await open(page, DEFAULT_ROUTING);
  const form = page.getByRole('main');
  await type(form, { host: '[2001:db8::1]:2525' });
  await field(form, 'host').press('Enter');
  await expectSaid(page, 'Saved: the default is 2001:db8::1, port 2525.');
  await expectTyped(form, { host: '2001:db8::1', port: '2525' });
  await page.reload();
  await alive(page);
  await expectTyped(form, { host: '2001:db8::1', port: '2525' });
});

test('a default that someone else changed meanwhile is not overwritten unseen', async ({ page, server, faults }) => {
  faults.expectStatus(409);
  await server.run('default-routing', 'set', 'one.example.net');
  await open(page, DEFAULT_ROUTING);
  const form = page.getByRole('main');
  await type(form, { host: 'mine.example.net' });
  await server.run('default-routing', 'set', 'theirs.example.net', '26');
  await button(page, 'Save').click();
  await expectAlert(page, /changed the default domain routing meanwhile: host one\.example\.net is now theirs\.example\.net/);
  await expectTyped(form, { host: 'mine.example.net', port: '25' });
  await button(page, 'Save').click();
  await expectSaid(page, 'Saved: the default is mine.example.net, port 25.');
});

test('an added managed domain says when it has nowhere to go', async ({ page }) => {
  await open(page, MANAGED_DOMAINS);
  await add(page, { domain: 'example.com', port: scripted() ? '25' : '' });
  await expectSaid(page, 'Added example.com: mail goes to default domain routing.');
  await expectSaid(page, 'This managed domain uses the default domain routing, which is empty');
});

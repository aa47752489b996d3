// Whether Postfix obeys, and how far one route has come: pages without a module, and a line on every page.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAccessible } from '../support/accessible.ts';
import { SMART_HOSTS, add, button, expectRow, link, open } from '../support/console.ts';
import { FIRST, Server } from '../support/server.ts';
import { expect, onPhone, scripted, test } from '../support/test.ts';

const GATEWAY = '/smtp/gateway';

/** The configuration of a Postfix that is to ask us, and lacks the services and the socket. */
async function halfSetUp(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'smart-hosts-postfix-'));
  await mkdir(join(folder, 'queue'));
  const table = (map: string): string => `socketmap:unix:smart-hosts/lookup.sock:${map}`;
  await writeFile(
    join(folder, 'main.cf'),
    `compatibility_level = 3.6\nqueue_directory = ${folder}/queue\n` +
      `relay_domains = ${table('relay')}\ntransport_maps = ${table('transport')}\n`,
  );
  await writeFile(join(folder, 'master.cf'), 'smtp unix - - n - - smtp\n');
  return folder;
}

test('the navigation leads to the gateway, where Postfix is examined', async ({ page }) => {
  await open(page);
  if (onPhone()) await button(page, 'Menu').click();
  await link(page, 'Gateway health').click();
  await expect(page.getByRole('heading', { name: 'Gateway health', level: 1 })).toBeVisible();
  await button(page, 'Check again').click();
  await expect(page.getByText('Examined just now')).toBeVisible();
  // axe is a script itself.
  if (scripted()) await expectAccessible(page);
});

test('every page says when Postfix does not obey, and comes to life all the same', async ({ browser, faults }) => {
  test.skip(!existsSync('/usr/sbin/postconf'), 'there is no Postfix to examine');
  const folder = await halfSetUp();
  const server = await Server.start({ env: { SMART_HOSTS_POSTFIX_CONFIG_DIR: folder } });
  const context = await browser.newContext({ baseURL: server.url, storageState: await server.storageState() });
  faults.watch(context);
  const page = await context.newPage();
  await page.goto(GATEWAY);
  await button(page, 'Check again').click();
  await expect(page.getByRole('heading', { name: /^Postfix does not obey: \d+ problems\.$/ })).toBeVisible();
  await expect(page.getByText('There is no folder', { exact: false })).toBeVisible();
  if (scripted()) await expectAccessible(page);

  await open(page);
  const line = page.getByRole('complementary', { name: 'Problems' });
  await expect(line).toContainText(/Postfix does not obey: \d+ problems\. See Gateway health/);
  await add(page, { domain: 'example.com', host: 'mail.example.net' });
  await expectRow(page, 'example.com', { domain: 'example.com', host: 'mail.example.net' });
  await expect(line).toBeVisible();
  // Above the page, and beside nothing.
  const [above, below] = [await line.boundingBox(), await page.getByRole('main').boundingBox()];
  expect(Math.round((above?.y ?? 0) + (above?.height ?? 0))).toBe(Math.round(below?.y ?? -1));
  if (scripted()) await expectAccessible(page);
  await line.getByRole('link', { name: 'Gateway health' }).click();
  await expect(page).toHaveURL(GATEWAY);

  await context.close();
  await server.stop();
  await server.remove();
  await rm(folder, { recursive: true });
});

test('a route shows how far it has come, and its hosts are changed', async ({ page, server, faults }) => {
  faults.expectStatus(404, 422);
  await server.route('example.com');
  await page.goto(`${SMART_HOSTS}/route?id=${FIRST}`);
  await expect(page.getByRole('heading', { name: 'example.com', level: 1 })).toBeVisible();
  await expect(page.getByText('just now, added on this machine')).toBeVisible();
  const hosts = page.getByLabel('Hosts', { exact: true });
  await expect(hosts).toHaveValue('mail.example.net:25');
  await hosts.fill('one.example.net:587\ntwo.example.net:465');
  await button(page, 'Save').click();
  await expect(hosts).toHaveAttribute('aria-invalid', 'true');
  await expect(hosts).toHaveValue('one.example.net:587\ntwo.example.net:465');
  if (scripted()) await expectAccessible(page);
  await hosts.fill('one.example.net:587\ntwo.example.net:587');
  await button(page, 'Save').click();
  await expect(page.getByRole('status')).toContainText('Saved: mail goes to one.example.net, port 587; two.example.net, port 587.');
  await expect(page.getByRole('link', { name: 'Test connection of two.example.net, port 587' })).toHaveAttribute(
    'href',
    '/smtp/test?host=two%2Eexample%2Enet&port=587',
  );
  if (scripted()) await expectAccessible(page);
  await page.goto(`${SMART_HOSTS}/route?id=99`);
  await expect(page.getByText('There is no such route.')).toBeVisible();
});

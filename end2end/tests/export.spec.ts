import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import {
  MANAGED_DOMAINS, SMART_HOSTS, askExport, button, dialog, expectRows, link, open, query, search,
} from '../support/console.ts';
import { expect, needsJavaScript, scripted, test } from '../support/test.ts';
import type { Seed } from '../support/server.ts';

const routes: Seed[] = [
  { domain: 'z.example.com', host: '2001:db8::1', port: 587 },
  { domain: 'bücher.example.com', host: 'straße.example.net', comment: 'Bücher, "gut" & günstig' },
  { domain: 'a.example.com', scope: 'both', comment: '=HYPERLINK("x")' },
  { domain: '.b.example.com', host: '192.0.2.1', port: 2525 },
];

const files = [
  {
    format: 'Text', name: 'smart-hosts.txt', bytes:
      '# smart-hosts 1: 4 routes\n' +
      'a.example.com,mail.example.net,25,both,=HYPERLINK("x")\n' +
      '.b.example.com,192.0.2.1,2525\n' +
      'xn--bcher-kva.example.com,xn--strae-oqa.example.net,25,domain,Bücher, "gut" & günstig\n' +
      'z.example.com,2001:db8::1,587\n',
  },
  {
    format: 'CSV', name: 'smart-hosts.csv', bytes:
      'domain,host,port,scope,comment,further_hosts,enabled\r\n' +
      'a.example.com,mail.example.net,25,both,"\'=HYPERLINK(""x"")",,yes\r\n' +
      'b.example.com,192.0.2.1,2525,subdomains,,,yes\r\n' +
      'xn--bcher-kva.example.com,xn--strae-oqa.example.net,25,domain,"Bücher, ""gut"" & günstig",,yes\r\n' +
      'z.example.com,2001:db8::1,587,domain,,,yes\r\n',
  },
  {
    format: 'JSON', name: 'smart-hosts.json', bytes:
      '{"format":"smart-hosts","version":1,"count":4,"routes":[\n' +
      '{"domain":"a.example.com","scope":"both","host":"mail.example.net","port":25,"comment":"=HYPERLINK(\\"x\\")"},\n' +
      '{"domain":"b.example.com","scope":"subdomains","host":"192.0.2.1","port":2525,"comment":""},\n' +
      '{"domain":"xn--bcher-kva.example.com","scope":"domain","host":"xn--strae-oqa.example.net","port":25,"comment":"Bücher, \\"gut\\" & günstig"},\n' +
      '{"domain":"z.example.com","scope":"domain","host":"2001:db8::1","port":587,"comment":""}\n' +
      ']}\n',
  },
  {
    format: 'Postfix transport map', name: 'smart-hosts.transport', bytes:
      '# smart-hosts 1: 4 routes, as a Postfix table; see transport(5)\n' +
      'a.example.com smarthost:[mail.example.net]:25\n' +
      '.a.example.com smarthost:[mail.example.net]:25\n' +
      '.b.example.com smarthost:[192.0.2.1]:2525\n' +
      'xn--bcher-kva.example.com smarthost:[xn--strae-oqa.example.net]:25\n' +
      'z.example.com smarthost:[2001:db8::1]:587\n',
  },
  {
    format: 'Postfix TLS policies', name: 'smart-hosts.tls', bytes:
      '# smart-hosts 1: 4 routes, as TLS policies for Postfix; see smtp_tls_policy_maps in postconf(5)\n' +
      '[mail.example.net]:25 may\n' +
      '[192.0.2.1]:2525 encrypt\n' +
      '[xn--strae-oqa.example.net]:25 may\n' +
      '[2001:db8::1]:587 encrypt\n',
  },
  {
    format: 'Exim lookup file', name: 'smart-hosts.exim', bytes:
      "# smart-hosts 1: 4 routes, for Exim's manualroute router\n" +
      '*.a.example.com: <;mail.example.net:25\n' +
      '*.b.example.com: <;192.0.2.1:2525\n' +
      'b.example.com:\n' +
      'xn--bcher-kva.example.com: <;xn--strae-oqa.example.net:25\n' +
      'z.example.com: <;[2001:db8::1]:587\n',
  },
  {
    format: 'OpenSMTPD table', name: 'smart-hosts.opensmtpd', bytes:
      '# smart-hosts 1: 4 routes, for OpenSMTPD\'s "relay domain"\n' +
      'a.example.com smtp://mail.example.net:25\n' +
      '# not in OpenSMTPD: *.a.example.com smtp://mail.example.net:25\n' +
      '# not in OpenSMTPD: *.b.example.com smtp+tls://192.0.2.1:2525\n' +
      'xn--bcher-kva.example.com smtp://xn--strae-oqa.example.net:25\n' +
      'z.example.com smtp+tls://[2001:db8::1]:587\n',
  },
];

async function download(page: Page, box: Locator): Promise<{ name: string; bytes: Buffer }> {
  const coming = page.waitForEvent('download');
  await button(box, 'OK').click();
  const file = await coming;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

function choice(box: Locator, name: string | RegExp): Locator {
  return box.getByRole('radio', { name });
}

for (const { format, name, bytes } of files) {
  test(`the download as ${format}, byte by byte`, async ({ page, server }) => {
    await server.seed('smart-hosts', routes);
    await open(page);
    const box = await askExport(page);
    await expect(box.getByText('Download 4 routes as a file.')).toBeVisible();
    await expect(choice(box, /^Text/)).toBeChecked();
    await choice(box, new RegExp(`^${format}`)).check();
    const file = await download(page, box);
    expect(file.name).toBe(name);
    expect(file.bytes.equals(Buffer.from(bytes)), file.bytes.toString()).toBe(true);
    if (scripted()) await expect(dialog(page, 'Export')).toBeHidden();
  });
}

test('an empty list is a file, too', async ({ page }) => {
  await open(page);
  const file = await download(page, await askExport(page));
  expect(file.bytes.toString()).toBe('# smart-hosts 1: 0 routes\n');
});

test('all, or what the search shows', async ({ page, server }) => {
  await server.seed('smart-hosts', routes);
  await open(page);
  await search(page, 'büch');
  const box = await askExport(page);
  await expect(choice(box, 'All 4 routes')).toBeChecked();
  await choice(box, 'The 1 route that match').check();
  const found = await download(page, box);
  expect(found.bytes.toString()).toBe(
    '# smart-hosts 1: 1 route\n' +
      'xn--bcher-kva.example.com,xn--strae-oqa.example.net,25,domain,Bücher, "gut" & günstig\n',
  );
  await open(page, `${SMART_HOSTS}?q=b%C3%BCch`);
  const all = await download(page, await askExport(page));
  expect(all.bytes.toString()).toBe(files[0]?.bytes);
});

test('Cancel closes the dialog and leaves the list as it was', async ({ page, server }) => {
  await server.seed('smart-hosts', routes);
  await open(page, `${SMART_HOSTS}?q=example&sort=-domain`);
  const box = await askExport(page);
  await button(box, 'Cancel').click();
  await expect(dialog(page, 'Export')).toBeHidden();
  await expectRows(page, ['z.example.com', 'bücher.example.com', '.b.example.com', 'a.example.com']);
  expect(Object.fromEntries(query(page))).toEqual({ q: 'example', sort: '-domain' });
  if (scripted()) await expect(link(page, 'Export')).toBeFocused();
});

test('Escape closes the dialog', async ({ page }) => {
  needsJavaScript('without it, the dialog is a page to go back from');
  await open(page);
  await askExport(page);
  await page.keyboard.press('Escape');
  await expect(dialog(page, 'Export')).toBeHidden();
  await expect(link(page, 'Export')).toBeFocused();
});

test('after a download the list goes on working', async ({ page, server }) => {
  await server.seed('smart-hosts', routes);
  await open(page);
  await download(page, await askExport(page));
  await download(page, scripted() ? await askExport(page) : dialog(page, 'Export'));
});

test('managed domains, with and without routing of their own', async ({ page, server }) => {
  await server.run('default-routing', 'set', 'default.example.net', '2525');
  await server.seed('managed-domains', [
    { domain: 'b.example.com', comment: 'by default' },
    { domain: 'a.example.com', host: 'own.example.net', port: 26 },
  ]);
  await open(page, MANAGED_DOMAINS);
  const text = await download(page, await askExport(page));
  expect(text.name).toBe('managed-domains.txt');
  expect(text.bytes.toString()).toBe(
    '# managed-domains 1: 2 managed domains\na.example.com,own.example.net,26\nb.example.com,,,by default\n',
  );
  await open(page, MANAGED_DOMAINS);
  const box = await askExport(page);
  await choice(box, /^Postfix/).check();
  const postfix = await download(page, box);
  expect(postfix.name).toBe('managed-domains.transport');
  expect(postfix.bytes.toString()).toBe(
    '# managed-domains 1: 2 managed domains, as a Postfix table; see transport(5)\n' +
      'a.example.com relay:[own.example.net]:26\nb.example.com relay:[default.example.net]:2525\n',
  );
});

// The program as it is shipped: one file with the site in it.
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMART_HOSTS, add, open } from '../support/console.ts';
import { ADMIN, PROGRAM, Server } from '../support/server.ts';
import { expect, needsDesktop, needsJavaScript, test } from '../support/test.ts';

test.beforeEach(() => {
  needsDesktop('it is the same program');
  needsJavaScript('the files are for the living page');
});

/** Asks for a file as a browser that takes this encoding does. */
const get = (url: string, accepted: string, more: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { headers: { 'accept-encoding': accepted, ...more } });

test('alone in an empty folder, the program is the whole console', async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), 'smart-hosts-alone-'));
  const program = join(folder, 'smart-hosts');
  await copyFile(PROGRAM, program);
  const server = await Server.start({ program, cwd: folder, env: { SMART_HOSTS_SITE: '' } });
  await page.context().addCookies(await server.signIn(ADMIN));
  await open(page, server.url + SMART_HOSTS);
  await add(page, { domain: 'example.com', host: 'mail.example.net' });
  expect(await server.routes()).toHaveLength(1);
  // An open page listens for changes, and would miss the server.
  await page.close();
  await server.stop();
  expect(server.errors()).toEqual([]);
  expect(await readdir(folder)).toEqual(['smart-hosts']);
  await server.remove();
  await rm(folder, { recursive: true });
});

test('what browsers load is compressed, kept for ever and not sent twice', async ({ server }) => {
  const page = await (await fetch(server.url + SMART_HOSTS, { headers: await server.headers() })).text();
  const files = [...new Set(page.match(/\/pkg\/[^"')]+\.(js|wasm|css)/g))];
  expect(files.map((file) => file.split('.').at(-1)).sort()).toEqual(['css', 'js', 'wasm']);
  for (const file of files) {
    const url = server.url + file;
    for (const [accepted, encoding] of [['gzip, deflate, br', 'br'], ['gzip', 'gzip'], ['identity', null]] as const) {
      const answer = await get(url, accepted);
      expect(answer.status, file).toBe(200);
      expect(answer.headers.get('content-encoding'), `${file} for ${accepted}`).toBe(encoding);
      expect(answer.headers.get('vary')).toBe('accept-encoding');
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    }
    const etag = (await get(url, 'br')).headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    expect((await get(url, 'br', { 'if-none-match': etag })).status, file).toBe(304);
  }
  const icon = await get(`${server.url}/favicon.svg`, 'br');
  expect(icon.headers.get('cache-control')).toBe('no-cache');
  const again = await get(`${server.url}/favicon.svg`, 'br', { 'if-none-match': icon.headers.get('etag') ?? '' });
  expect(again.status).toBe(304);
});

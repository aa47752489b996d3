// Messages per second through one Postfix that asks the look-up service, and through the same one
// with the same routes in files. In turns, because a machine is not equally busy all the time.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from '../support/child.ts';
import type { Gateway } from '../support/gateway.ts';
import { eventually, freePort, run } from '../support/run.ts';
import { SENDER } from '../support/swaks.ts';
import { expect, test } from '../support/test.ts';
import { withoutService } from '../support/wiring.ts';

const MESSAGES = 3_000;
const SESSIONS = 20;
const ROUNDS = 3;

test('messages per second, with the look-up service and with files', async ({ gateway }) => {
  test.setTimeout(600_000);
  const port = await freePort();
  const sink = await Child.start('the sink', 'smtp-sink', ['-u', 'nobody', `127.0.0.1:${port}`, '200']);
  const host = { name: 'one.test', port };
  await gateway.settings(host, { tls: 'none' });
  await gateway.console.route('example.org', host.name, String(port));
  const files = await gateway.twin();
  const nextHop = `[${host.name}]:${port}`;
  await withoutService(files, {
    relay: {},
    transport: { 'example.org': `smarthost:${nextHop}` },
    sasl: {},
    tls: { [nextHop]: 'none' },
  });
  await files.start();
  try {
    const rates: Record<string, number[]> = { 'look-up service': [], files: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rates['look-up service']?.push(await messagesPerSecond(gateway.postfix));
      rates['files']?.push(await messagesPerSecond(files));
    }
    for (const [name, found] of Object.entries(rates)) {
      console.log(`      ${name}: ${found.map(Math.round).join(', ')} messages/s, best ${Math.round(Math.max(...found))}`);
    }
    // What was measured is what was meant: everything was delivered, none of it elsewhere.
    expect(gateway.astray).toEqual([]);
  } finally {
    await files.remove();
    await sink.stop();
  }
});

/** Sends messages, each to a recipient of its own, and waits until the queue is empty again. */
async function messagesPerSecond(postfix: Gateway['postfix']): Promise<number> {
  const began = performance.now();
  await run(
    'smtp-source', '-N', '-m', String(MESSAGES), '-s', String(SESSIONS), '-l', '1000',
    '-f', SENDER, '-t', 'user@example.org', `127.0.0.1:${postfix.port}`,
  );
  await eventually('everything was delivered', async () => {
    for (const folder of ['incoming', 'active', 'deferred']) {
      if ((await files(join(postfix.queue, folder))) > 0) return false;
    }
    return true;
  }, 10);
  return MESSAGES / ((performance.now() - began) / 1000);
}

/** How many files are in a folder and below. */
async function files(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).length;
}

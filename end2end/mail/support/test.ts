import { writeFile } from 'node:fs/promises';
import { test as base } from '@playwright/test';
import { Faults } from '../../support/faults.ts';
import { Gateway } from './gateway.ts';

interface Fixtures {
  /** A gateway of the test's own: console, look-up service, Postfix. */
  gateway: Gateway;
  /** Fails the test for anything on the browser's console that it did not expect. */
  faults: Faults;
}

export const test = base.extend<Fixtures>({
  gateway: async ({}, use, info) => {
    const gateway = await Gateway.start();
    try {
      await use(gateway);
    } finally {
      if (info.status !== info.expectedStatus) {
        for (const [name, body] of Object.entries(gateway.logs())) {
          const path = info.outputPath(`${name}.log`);
          await writeFile(path, body);
          await info.attach(`log of ${name}`, { path, contentType: 'text/plain' });
        }
      }
      await gateway.stop();
    }
  },

  baseURL: async ({ gateway }, use) => {
    await use(gateway.console.url);
  },

  storageState: async ({ gateway }, use) => {
    await use(await gateway.console.storageState());
  },

  faults: async ({}, use) => {
    const faults = new Faults();
    await use(faults);
    expect(faults.unexpected(), 'the browser reported errors').toEqual([]);
  },

  context: async ({ context, faults }, use) => {
    faults.watch(context);
    await use(context);
  },
});

export const expect = test.expect;

/** Prints what was measured; it decides nothing. */
export function measured(what: string, since: number): void {
  console.log(`      ${what}: ${Math.round(performance.now() - since)} ms`);
}

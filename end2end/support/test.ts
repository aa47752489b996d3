import { type Page, test as base } from '@playwright/test';
import { Faults } from './faults.ts';
import { ADMIN, type Role, Server } from './server.ts';

interface Options {
  /** Who is signed in at the browser; by default the administrator. */
  visitor: Role | 'nobody';
}

interface Fixtures {
  /** A server of the test's own, with an empty data folder. */
  server: Server;
  /** Fails the test for anything on the console that it did not expect. */
  faults: Faults;
  /** A page in a second browser: other cookies, another person. */
  colleague: Page;
}

export const test = base.extend<Fixtures & Options>({
  visitor: ['administrator', { option: true }],

  server: async ({}, use, info) => {
    const server = await Server.start();
    await use(server);
    try {
      await server.stop();
      expect(server.errors(), 'the server logged errors').toEqual([]);
    } finally {
      if (info.status !== info.expectedStatus) {
        await info.attach('server log', { body: server.log.join('\n'), contentType: 'text/plain' });
      }
      await server.remove();
    }
  },

  baseURL: async ({ server }, use) => {
    await use(server.url);
  },

  storageState: async ({ server, visitor }, use) => {
    if (visitor === 'nobody') {
      await use({ cookies: [], origins: [] });
      return;
    }
    const name = visitor === 'administrator' ? ADMIN : visitor;
    if (name !== ADMIN) await server.person(name, visitor);
    await use(await server.storageState(name));
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

  colleague: async ({ browser, server, faults }, use) => {
    const context = await browser.newContext({ storageState: await server.storageState() });
    faults.watch(context);
    await use(await context.newPage());
    await context.close();
  },
});

export const expect = test.expect;

/** Skips the test, or in `beforeEach` the file, where there is no JavaScript. */
export function needsJavaScript(because: string): void {
  test.skip(!scripted(), because);
}

/** Skips the test, or in `beforeEach` the file, where there is JavaScript. */
export function needsNoJavaScript(because: string): void {
  test.skip(scripted(), because);
}

/** Skips the test, or in `beforeEach` the file, where there is no touch screen. */
export function needsPhone(because: string): void {
  test.skip(!onPhone(), because);
}

/** Skips the test, or in `beforeEach` the file, on a phone. */
export function needsDesktop(because: string): void {
  test.skip(onPhone(), because);
}

/** Whether pages come to life in this project. */
export function scripted(): boolean {
  return test.info().project.use.javaScriptEnabled !== false;
}

/** Whether this project is a phone. */
export function onPhone(): boolean {
  return test.info().project.use.isMobile === true;
}

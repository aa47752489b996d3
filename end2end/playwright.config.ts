import { defineConfig } from '@playwright/test';

const ci = Boolean(process.env.CI);

/** What needs a script to happen at all, or to be looked at (axe is one). */
const ofLivingPages = ['axe', 'hydration', 'live', 'outage', 'waiting'].map((name) => `${name}.spec.ts`);

/**
 * The same specs run three times: on a desktop, on a phone, and without JavaScript. What makes no
 * sense in one of them is left out here by file, or says so itself with the reason.
 */
export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: ci,
  // In a log the failures stand at the end, with their reasons.
  reporter: process.stdout.isTTY ? 'line' : 'dot',
  // Far more than anything takes: how busy the machine is decides nothing.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  use: {
    // A trace of every test would take half the time of the run; ask for one with --trace on.
    trace: 'off',
    screenshot: 'only-on-failure',
    locale: 'en-GB',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
      args: [
        // Needed where the tests run as root, as in a container.
        '--no-sandbox',
        '--disable-gpu',
        // The browser is to talk to the program under test and to nobody else.
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    {
      name: 'desktop',
      testIgnore: 'touch.spec.ts',
      use: { viewport: { width: 1280, height: 800 } },
    },
    {
      name: 'phone',
      testIgnore: 'keyboard.spec.ts',
      use: {
        viewport: { width: 390, height: 844 },
        deviceScaleFactor: 2,
        hasTouch: true,
        isMobile: true,
      },
    },
    {
      name: 'no-js',
      testIgnore: ['touch.spec.ts', ...ofLivingPages],
      use: { viewport: { width: 1280, height: 800 }, javaScriptEnabled: false },
    },
  ],
});

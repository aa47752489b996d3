import { defineConfig } from '@playwright/test';

const ci = Boolean(process.env.CI);

/**
 * The same specs run three times: on a desktop, on a phone, and without JavaScript. A test that
 * makes sense in one place only says so itself, with the reason.
 */
export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: ci,
  reporter: 'line',
  timeout: 20_000,
  expect: { timeout: 5_000 },
  use: {
    trace: ci ? 'off' : 'retain-on-failure',
    locale: 'en-GB',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
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
    { name: 'desktop', use: { viewport: { width: 1280, height: 800 } } },
    {
      name: 'phone',
      use: {
        viewport: { width: 390, height: 844 },
        deviceScaleFactor: 2,
        hasTouch: true,
        isMobile: true,
      },
    },
    { name: 'no-js', use: { viewport: { width: 1280, height: 800 }, javaScriptEnabled: false } },
  ],
});

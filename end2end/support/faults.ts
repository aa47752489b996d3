import { type BrowserContext, test } from '@playwright/test';

/**
 * What went wrong in a browser without the test having expected it: errors and warnings on the
 * console, uncaught exceptions, requests without an answer.
 */
export class Faults {
  readonly #found: string[] = [];
  readonly #expected: RegExp[] = [];

  /** Watches every page of a browser. */
  watch(context: BrowserContext): void {
    const scripted = test.info().project.use.javaScriptEnabled !== false;
    context.on('console', (message) => {
      // Without JavaScript nothing uses the module that the page announces.
      if (!scripted && message.text().includes('was preloaded using link preload')) return;
      if (['error', 'warning'].includes(message.type())) {
        this.#found.push(`${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on('weberror', (error) => {
      this.#found.push(`exception: ${error.error().stack ?? error.error().message}`);
    });
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // The browser gave it up because the person went on, or because it became a download; and
      // Chromium says of a script that JavaScript is switched off for that policy forbids it.
      const givenUp = reason === 'net::ERR_ABORTED' || (reason === 'csp' && !scripted);
      if (!givenUp) {
        this.#found.push(`no answer: ${request.method()} ${request.url()} ${reason}`);
      }
    });
  }

  /** This test makes the server answer with this status; Chromium reports that as an error. */
  expectStatus(...statuses: number[]): void {
    for (const status of statuses) this.#expected.push(new RegExp(`status of ${status}\\b`));
  }

  /** This test takes the server away. */
  expectNoAnswer(): void {
    this.#expected.push(/net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|FAILED|INCOMPLETE_CHUNKED_ENCODING)/);
  }

  unexpected(): string[] {
    return this.#found.filter((fault) => !this.#expected.some((expected) => expected.test(fault)));
  }
}

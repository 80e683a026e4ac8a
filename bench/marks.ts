// Runs inside the page: notes when a request's row came over the bridge, when its card stood in the document, when it could be seen,
// and when the gateway's answer to an approval stood on it. The page itself is not changed.

/** Times are ms since 1970 by the page's clock. */
export type CardMarks = { bridgeAt: number; builtAt: number; seenAt: number };
/** `respondedAt` is when the last byte of the console's answer had come. */
export type AnswerMarks = { clickedAt: number; respondedAt: number; seenAt: number };

type Marks = {
  card: (requestId: string) => Promise<CardMarks>;
  answer: (requestId: string) => Promise<AnswerMarks>;
  /** The first approve button that can be pressed, ms since navigation start. */
  usable: () => Promise<number>;
};

declare global {
  interface Window {
    benchMarks?: Marks;
  }
}

/** Puts `window.benchMarks` in place. It is sent to the browser as text, so it uses nothing from outside itself. */
export function installMarks(): void {
  let origin = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round += 1) {
    const before = Date.now();
    let wall = before;
    while (wall === before) wall = Date.now();
    origin = Math.min(origin, wall - performance.now());
  }
  const bridged = new Map<string, number>();
  const built = new Map<string, number>();
  const seen = new Map<string, number>();
  const clicked = new Map<string, number>();
  const answered = new Map<string, number>();
  let usableAt: number | undefined;
  const now = () => origin + performance.now();
  // A frame is on its way to the screen once a task runs after its animation callbacks.
  const afterFrame = (act: () => void) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = act;
    channel.port2.postMessage(0);
  };
  // A card that fades in is not seen while it is nearly transparent.
  const noteSeen = (element: Element, requestId: string) =>
    requestAnimationFrame(() => {
      if (Number(getComputedStyle(element).opacity) < 0.5) noteSeen(element, requestId);
      else afterFrame(() => seen.set(requestId, now()));
    });
  const look = () => {
    for (const card of document.querySelectorAll<HTMLElement>('article[data-request]')) {
      const { request } = card.dataset;
      if (request === undefined) continue;
      if (!built.has(request)) {
        built.set(request, now());
        noteSeen(card, request);
      }
      if (!answered.has(request) && /^approved\b/.test(card.querySelector('[role=status] strong')?.textContent ?? '')) {
        answered.set(request, Number.NaN);
        requestAnimationFrame(() => afterFrame(() => answered.set(request, now())));
      }
      if (usableAt === undefined && card.querySelector('button[data-action=approve]:enabled')) {
        usableAt = Number.NaN;
        requestAnimationFrame(() =>
          afterFrame(() => {
            usableAt = performance.now();
          }),
        );
      }
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
  addEventListener(
    'click',
    (event) => {
      const button = event.target instanceof Element ? event.target.closest('[data-action=approve]') : null;
      const request = button?.closest('article')?.dataset.request;
      if (request !== undefined) clicked.set(request, origin + event.timeStamp);
    },
    { capture: true },
  );
  const Native = WebSocket;
  window.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', (event) => {
        const at = now();
        const text = String(event.data);
        if (!text.includes('"requests"')) return;
        const { change } = JSON.parse(text);
        const id = change?.item?.requestId;
        if (typeof id === 'string' && !bridged.has(id)) bridged.set(id, at);
      });
    }
  };
  const settled = (value: number | undefined): value is number => value !== undefined && !Number.isNaN(value);
  const until = (what: string, holds: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const end = performance.now() + 10_000;
      const again = () => {
        if (holds()) resolve();
        else if (performance.now() > end) reject(new Error(`not seen on the page within 10 s: ${what}`));
        else setTimeout(again, 10);
      };
      again();
    });
  window.benchMarks = {
    async card(requestId) {
      await until('the card', () => settled(seen.get(requestId)));
      const nowhere = Number.NaN;
      return {
        bridgeAt: bridged.get(requestId) ?? nowhere,
        builtAt: built.get(requestId) ?? nowhere,
        seenAt: seen.get(requestId) ?? nowhere,
      };
    },
    async answer(requestId) {
      await until('the answer', () => settled(answered.get(requestId)));
      // The bridge may have been quicker, so the answer to the call itself may still be on its way.
      const call = () => performance.getEntriesByType('resource').find((entry) => entry.name.endsWith(`/${requestId}/approve`));
      await until('the end of the call', () => call() !== undefined);
      const entry = call();
      return {
        clickedAt: clicked.get(requestId) ?? Number.NaN,
        respondedAt: entry instanceof PerformanceResourceTiming ? origin + entry.responseEnd : Number.NaN,
        seenAt: answered.get(requestId) ?? Number.NaN,
      };
    },
    async usable() {
      await until('a card to use', () => settled(usableAt));
      return usableAt ?? Number.NaN;
    },
  };
}

// Runs inside the page: notes when the first row of each device stood in the document, and how long every frame took.

type RowMarks = {
  /** When the first row of a device stood in the document, ms since 1970 by the page's clock. */
  row: (deviceId: string) => Promise<number>;
  /** Starts counting frames anew. */
  watchFrames: () => void;
  /** The time between each two frames since `watchFrames`, ms. */
  frames: () => number[];
};

declare global {
  interface Window {
    benchRows?: RowMarks;
  }
}

/** Puts `window.benchRows` in place. It is sent to the browser as text, so it uses nothing from outside itself. */
export function installRowMarks(): void {
  let origin = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round += 1) {
    const before = Date.now();
    let wall = before;
    while (wall === before) wall = Date.now();
    origin = Math.min(origin, wall - performance.now());
  }
  const seen = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  const look = () => {
    for (const row of document.querySelectorAll<HTMLElement>('[data-handshake][data-device]')) {
      const device = row.dataset.device ?? '';
      if (seen.has(device)) continue;
      const at = origin + performance.now();
      seen.set(device, at);
      waiting.get(device)?.(at);
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-device'] });
  let gaps: number[] = [];
  let last: number | undefined;
  let watching = false;
  const frame = (at: number) => {
    if (last !== undefined) gaps.push(at - last);
    last = at;
    if (watching) requestAnimationFrame(frame);
  };
  window.benchRows = {
    row: (deviceId) =>
      new Promise((resolve, reject) => {
        const at = seen.get(deviceId);
        if (at !== undefined) return resolve(at);
        const timer = setTimeout(() => reject(new Error('no row of this device within 10 s')), 10_000);
        waiting.set(deviceId, (when) => {
          clearTimeout(timer);
          resolve(when);
        });
      }),
    watchFrames() {
      gaps = [];
      last = undefined;
      if (watching) return;
      watching = true;
      requestAnimationFrame(frame);
    },
    frames: () => gaps,
  };
}

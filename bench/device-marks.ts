// Runs inside the page: how long a press takes until the list of devices that it asks for can be seen, and how much stands in the page.

type DeviceMarks = {
  /** From the last key or click to the frame that shows the list after it, ms. Rejects when the list does not change within 10 s. */
  painted: () => Promise<number>;
  /** From the last byte of the device list to the frame that shows its first row, ms. */
  usable: () => Promise<number>;
  /** Nodes of the document, texts included. */
  nodes: () => number;
};

declare global {
  interface Window {
    benchDevices?: DeviceMarks;
  }
}

/** Puts `window.benchDevices` in place. It is sent to the browser as text, so it uses nothing from outside itself. */
export function installDeviceMarks(): void {
  const LIST = 'ul[aria-label^="Devices,"]';
  let pressedAt = Number.NaN;
  let paintedAt: number | undefined;
  let firstAt: number | undefined;
  // A frame is on its way to the screen once a task runs after its animation callbacks.
  const afterFrame = (act: () => void) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = act;
      channel.port2.postMessage(0);
    });
  const press = (event: Event) => {
    pressedAt = event.timeStamp;
    paintedAt = undefined;
  };
  addEventListener('keydown', press, { capture: true });
  addEventListener('click', press, { capture: true });
  const isList = ({ target }: MutationRecord) => target instanceof Element && target.closest(LIST) !== null;
  new MutationObserver((changes) => {
    if (firstAt === undefined && document.querySelector(`${LIST} > li`) !== null) {
      firstAt = Number.NaN;
      afterFrame(() => {
        firstAt = performance.now();
      });
    }
    const of = pressedAt;
    if (changes.some(isList))
      afterFrame(() => {
        // What was painted for an earlier press says nothing of this one.
        if (of === pressedAt) paintedAt = performance.now();
      });
  }).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
  const until = <T>(what: string, value: () => T | undefined) =>
    new Promise<T>((resolve, reject) => {
      const end = performance.now() + 10_000;
      const again = () => {
        const found = value();
        if (found !== undefined) resolve(found);
        else if (performance.now() > end) reject(new Error(`not seen on the page within 10 s: ${what}`));
        else setTimeout(again, 10);
      };
      again();
    });
  const settled = (at: number | undefined) => (at === undefined || Number.isNaN(at) ? undefined : at);
  window.benchDevices = {
    painted: async () => (await until('another list', () => settled(paintedAt))) - pressedAt,
    async usable() {
      const shownAt = await until('a row', () => settled(firstAt));
      const entry = performance.getEntriesByType('resource').find(({ name }) => new URL(name).pathname === '/api/v1/devices');
      return entry instanceof PerformanceResourceTiming ? shownAt - entry.responseEnd : Number.NaN;
    },
    nodes() {
      const all = document.createNodeIterator(document);
      let count = 0;
      while (all.nextNode() !== null) count += 1;
      return count;
    },
  };
}

// The keyboard of the console: moves between items, presses the buttons of the item in focus, opens help and commands.
// Items carry data-item, their buttons data-action, the page's filter data-search; the keys need to know nothing else.
import { useEffect } from 'react';

export type ShortcutHandlers = { onHelp(): void; onCommands(): void };

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** The first item that is wholly in the window: a long list keeps some beyond its edges. */
const inSight = (item: HTMLElement): boolean => item.getBoundingClientRect().top >= (document.querySelector('header')?.clientHeight ?? 0);

function move(step: 1 | -1): void {
  const items = [...document.querySelectorAll<HTMLElement>('[data-item]')];
  const here = items.findIndex((item) => item.contains(document.activeElement));
  const next = here === -1 ? (step === 1 ? (items.find(inSight) ?? items[0]) : items.at(-1)) : items[here + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function press(action: string): void {
  const item = document.activeElement?.closest('[data-item]') ?? document.querySelector('[data-item]');
  const wanted = `[data-action="${action}"]`;
  // A row has no buttons of its own; those of its open panel are meant.
  const button = item?.querySelector<HTMLButtonElement>(wanted) ?? document.querySelector<HTMLButtonElement>(`[data-panel] ${wanted}`);
  if (item instanceof HTMLElement && item.contains(button ?? null) && !item.contains(document.activeElement)) item.focus();
  button?.click();
}

/** What a key does outside of inputs; undefined when it does nothing. */
function commandOf(key: string, handlers: ShortcutHandlers): (() => void) | undefined {
  switch (key) {
    case 'j':
      return () => move(1);
    case 'k':
      return () => move(-1);
    case 'a':
      return () => press('approve');
    case 'r':
      return () => press('reject');
    case 'e':
      return () => press('evidence');
    case '/':
      return () => document.querySelector<HTMLElement>('[data-search]')?.focus();
    case '?':
      return handlers.onHelp;
    default:
      return undefined;
  }
}

/** Listens while mounted. Nothing happens while somebody types or a dialog is open. */
export function useShortcuts(handlers: ShortcutHandlers): void {
  const { onHelp, onCommands } = handlers;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey) && !event.altKey) {
        event.preventDefault();
        onCommands();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || (event.repeat && event.key !== 'j' && event.key !== 'k')) return;
      if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      const command = commandOf(event.key, { onHelp, onCommands });
      if (command === undefined) return;
      event.preventDefault();
      command();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onHelp, onCommands]);
}

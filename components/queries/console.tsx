'use client';
// What every page of the console shares in the browser: API, query cache, live link and clock. Made once when the frame mounts.
import { notifyManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { createJournal, type Journal } from '../live/journal.ts';
import { createLive, type Live } from '../live/live.ts';
import type { LinkState } from '../live/reconnect.ts';
import { createTicker, type Ticker } from '../live/ticker.ts';
import { type Api, ApiProblem, createApi, KEY_NAME } from './api.ts';
import { createPainting } from './painting.ts';

type Console = { api: Api; cache: QueryClient; journal: Journal; ticker: Ticker };

/** The bridge closes with this code when its session ends. */
const SESSION_ENDED = 4001;

const toSignIn = () => window.location.assign('/sign-in');

function createCache(): QueryClient {
  // A row of the bridge is painted in the same task, not after a timer; only a flood of them is painted together.
  notifyManager.setScheduler(createPainting({ nowMs: () => performance.now(), soon: queueMicrotask, later: setTimeout }));
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The bridge says when something changed; nothing is read again on a hunch.
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => error instanceof ApiProblem && error.status === 0 && failures < 3,
      },
    },
  });
}

function createConsole(): Console {
  const readKey = () => window.localStorage.getItem(KEY_NAME) ?? undefined;
  return {
    api: createApi({
      fetch: (input, init) => window.fetch(input, init),
      readKey,
      onSignedOut: toSignIn,
    }),
    cache: createCache(),
    journal: createJournal(),
    ticker: createTicker({
      nowMs: () => Date.now(),
      every: (run, periodMs) => {
        const timer = setInterval(run, periodMs);
        return () => clearInterval(timer);
      },
    }),
  };
}

function startLive({ cache, journal }: Console): Live {
  return createLive({
    cache,
    journal,
    openSocket: (on) => {
      const key = window.localStorage.getItem(KEY_NAME) ?? '';
      const url = new URL('/bridge', window.location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      const socket = new WebSocket(url, key === '' ? ['gatehouse.v1'] : ['gatehouse.v1', `key.${key}`]);
      socket.addEventListener('message', (event) => on.message(event.data));
      socket.addEventListener('close', ({ code }) => {
        if (code === SESSION_ENDED) toSignIn();
        on.close();
      });
      return { send: (text) => socket.send(text), close: () => socket.close() };
    },
    random: () => Math.random(),
    nowMs: () => Date.now(),
    setTimer: (run, delayMs) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  });
}

const ConsoleContext = createContext<Console | undefined>(undefined);
const LiveContext = createContext<Live | undefined>(undefined);

/** Gives the pages below it API, cache, clock and the live link; ends the link when it goes. */
export function ConsoleProvider({ children }: { children: ReactNode }) {
  const [shared] = useState(createConsole);
  const [live, setLive] = useState<Live>();
  useEffect(() => {
    const started = startLive(shared);
    setLive(started);
    window.addEventListener('online', started.retryNow);
    return () => {
      window.removeEventListener('online', started.retryNow);
      started.dispose();
    };
  }, [shared]);
  return (
    <QueryClientProvider client={shared.cache}>
      <ConsoleContext value={shared}>
        <LiveContext value={live}>{children}</LiveContext>
      </ConsoleContext>
    </QueryClientProvider>
  );
}

/** API, cache, journal and clock of this page. */
export function useConsole(): Console {
  const shared = useContext(ConsoleContext);
  if (shared === undefined) throw new Error('ConsoleProvider is missing');
  return shared;
}

const CONNECTING: LinkState = { phase: 'connecting' };
const never = () => () => {};

/** The live link, undefined until the page has mounted. */
export function useLive(): Live | undefined {
  return useContext(LiveContext);
}

/** The state of the live link, for words on the page. */
export function useLinkState(): LinkState {
  const live = useLive();
  return useSyncExternalStore(live?.subscribe ?? never, live?.get ?? (() => CONNECTING), () => CONNECTING);
}

/** Whether lists may be read: the bridge is followed, or has failed once. Reading after its hello loses no row in between. */
export function useMayRead(): boolean {
  const state = useLinkState();
  return state.phase !== 'connecting' || state.lostAtMs !== undefined;
}

/** A word or number derived from the time; the component renders again only when it changes. */
export function useMoment<T extends string | number | boolean>(derive: (nowMs: number) => T): T {
  const { ticker } = useConsole();
  return useSyncExternalStore(
    ticker.subscribe,
    () => derive(ticker.get()),
    () => derive(0),
  );
}

/** The time in ms, renewed once a second; 0 while the server renders, where no time is shown. */
export function useNow(): number {
  const { ticker } = useConsole();
  return useSyncExternalStore(ticker.subscribe, ticker.get, () => 0);
}

// What stands around everything before a session: the sign, one thing to do, and room for what went wrong.
import type { ReactNode } from 'react';
import { Mark } from '../frame/rail.tsx';

/** The narrow column of the sign-in and the set-up. */
export function Door({ children }: { children: ReactNode }) {
  return (
    <div className="grid w-full max-w-[400px] gap-5">
      <div className="flex items-center gap-2.5">
        <Mark size={22} />
        <h1 className="text-lg font-semibold tracking-[-0.01em]">Gatehouse</h1>
      </div>
      <div aria-live="polite" className="grid gap-5">
        {children}
      </div>
    </div>
  );
}

/** The secret behind # in the address; it is gone from the address bar and the history after this. */
export function takeSecret(): string {
  const secret = window.location.hash.slice(1);
  if (secret !== '') window.history.replaceState(null, '', window.location.pathname);
  return secret;
}

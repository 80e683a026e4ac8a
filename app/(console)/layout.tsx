// The frame around every page of a signed-in browser. It holds no data; the browser fetches it with the second secret.
import type { ReactNode } from 'react';
import { Frame } from '#components/frame/frame.tsx';

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return <Frame>{children}</Frame>;
}

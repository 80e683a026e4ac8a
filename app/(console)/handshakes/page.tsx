// Every handshake that a gateway logged, live.
import type { Metadata } from 'next';
import { HandshakesPage } from '#components/handshakes/handshakes-page.tsx';

export const metadata: Metadata = { title: 'Handshakes' };

export default function Page() {
  return <HandshakesPage />;
}

// The gateways and how the console stands with them.
import type { Metadata } from 'next';
import { GatewaysPage } from '#components/gateways/gateways-page.tsx';

export const metadata: Metadata = { title: 'Gateways' };

export default function Page() {
  return <GatewaysPage />;
}

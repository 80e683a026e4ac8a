// Who may do what here, how they sign in, and what is signed in now.
import type { Metadata } from 'next';
import { OperatorsPage } from '#components/operators/operators-page.tsx';

export const metadata: Metadata = { title: 'Operators' };

export default function Page() {
  return <OperatorsPage />;
}

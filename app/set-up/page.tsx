// Public: a link of the first start, of an invitation or of a reset leads here.
import type { Metadata } from 'next';
import { SetUp } from '#components/sign-in/set-up.tsx';

export const metadata: Metadata = { title: 'Set up' };

export default function Page() {
  return (
    <main className="grid min-h-dvh place-items-center px-6 pb-[12vh]">
      <SetUp />
    </main>
  );
}

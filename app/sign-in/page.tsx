// Public: needs no session and shows no data.
import type { Metadata } from 'next';
import { SignIn } from '#components/sign-in/sign-in.tsx';

export const metadata: Metadata = { title: 'Sign in' };

export default function Page() {
  return (
    <main className="grid min-h-dvh place-items-center px-6 pb-[12vh]">
      <SignIn />
    </main>
  );
}

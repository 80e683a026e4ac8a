'use client';
// Who may do what here, how they sign in, and what is signed in now.
import { PageHead } from '../parts/page.tsx';
import { OwnSection } from './own-section.tsx';
import { PeopleSection } from './people-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { TokensSection } from './tokens-section.tsx';

/** Operators. */
export function OperatorsPage() {
  return (
    <div className="grid w-full max-w-[920px] content-start gap-8 px-4 pb-10 sm:px-6">
      <PageHead title="Operators" />
      <OwnSection />
      <PeopleSection />
      <SessionsSection />
      <TokensSection />
    </div>
  );
}

'use client';
// A page that failed while rendering says so, inside the frame, and can be tried again.
import { Button } from '#components/parts/button.tsx';
import { Failure } from '#components/parts/notice.tsx';

export default function PageError({ error, reset }: { error: Error; reset(): void }) {
  return (
    <div className="max-w-[920px] px-4 py-4 sm:px-6">
      <Failure error={error}>
        <Button onClick={reset} className="w-fit">
          Try again
        </Button>
      </Failure>
    </div>
  );
}

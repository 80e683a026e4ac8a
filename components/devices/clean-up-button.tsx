'use client';
// Opens what could be cleaned up.
import { Eraser } from 'lucide-react';
import { useState } from 'react';
import { CleanUpDialog } from '../frame/later.ts';
import { Button } from '../parts/button.tsx';

/** Of one gateway, or of all. */
export function CleanUpButton({ gateway }: { gateway: string | undefined }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button small onClick={() => setOpen(true)}>
        <Eraser size={13} aria-hidden /> Clean up
      </Button>
      {open && <CleanUpDialog gateway={gateway} onClose={() => setOpen(false)} />}
    </>
  );
}

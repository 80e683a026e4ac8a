// A secret that is shown once: a link or a token, to be copied now.
import { Command } from '../parts/copy.tsx';
import { Notice } from '../parts/notice.tsx';
import { Clock } from '../parts/time.tsx';

/** `text` is what is copied. It is not shown again after this page is left. */
export function ShownOnce({ title, text, until, children }: { title: string; text: string; until?: string; children?: string }) {
  return (
    <Notice title={title}>
      <Command command={text} />
      <p className="text-soft">
        {children} It is shown only now.
        {until !== undefined && (
          <>
            {' '}
            It is good until <Clock at={until} precise="minutes" />.
          </>
        )}
      </p>
    </Notice>
  );
}

/** The address that opens a link of this console. */
export const linkOf = (secret: string): string => `${window.location.origin}/sign-in#${secret}`;

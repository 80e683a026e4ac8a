// An address that is no page.
import Link from 'next/link';

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center px-6">
      <div className="grid gap-2">
        <h1 className="text-lg font-semibold">There is no page here</h1>
        <Link href="/" prefetch={false} className="text-accent underline underline-offset-2">
          To the requests
        </Link>
      </div>
    </main>
  );
}

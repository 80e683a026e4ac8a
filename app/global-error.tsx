'use client';
// The last resort: the frame itself failed.

export default function GlobalError({ reset }: { error: Error; reset(): void }) {
  return (
    <html lang="en">
      <body>
        <title>Gatehouse</title>
        <h1>Gatehouse cannot show this page</h1>
        <p>Nothing was decided. Load the page again; look at the log of the console if it stays.</p>
        <button type="button" onClick={reset}>
          Try again
        </button>
      </body>
    </html>
  );
}

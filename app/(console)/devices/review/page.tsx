// Who holds admin, since when, by whom, last used: a page to print.
import type { Metadata } from 'next';
import { ReviewPage } from '#components/devices/review-page.tsx';
import './print.css';

export const metadata: Metadata = { title: 'Access review' };

export default function Page() {
  return <ReviewPage />;
}

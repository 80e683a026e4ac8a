// The outermost frame: fonts, theme from its cookie (so that nothing flashes), and rendering per request so that the CSP nonce reaches every script.
import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { geist, geistMono } from './fonts.ts';
import './globals.css';
import { ICON_ADDRESS } from './icon-address.ts';

export const metadata: Metadata = {
  title: { default: 'Gatehouse', template: '%s · Gatehouse' },
  description: 'The pairing and scope console for OpenClaw gateways.',
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
  icons: { icon: { url: ICON_ADDRESS, type: 'image/svg+xml' } },
};

export const viewport: Viewport = { width: 'device-width', initialScale: 1, viewportFit: 'cover' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  await headers();
  const theme = (await cookies()).get('gatehouse-theme')?.value;
  return (
    <html
      lang="en"
      className={`${geist.variable} ${geistMono.variable}`}
      data-theme={theme === 'light' || theme === 'dark' ? theme : 'system'}
    >
      <body className="font-sans">{children}</body>
    </html>
  );
}

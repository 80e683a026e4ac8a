// Sessions, and the console itself.
import { gives, type Operation } from './operation.ts';

export const CONSOLE: readonly Operation[] = [
  {
    method: 'GET',
    path: '/overview',
    tag: 'console',
    summary: 'What the frame and the Requests page show, in one round trip',
    access: 'viewer',
    answers: gives('Overview', 'All of it.'),
    problems: ['store-unwritable'],
  },
  {
    method: 'GET',
    path: '/openapi.json',
    tag: 'console',
    summary: 'This document',
    access: 'viewer',
    answers: { status: 200, schema: [], text: 'OpenAPI 3.1.' },
  },
  {
    method: 'POST',
    path: '/session',
    tag: 'session',
    summary: 'Spend a sign-in link',
    text: 'Answers the second secret and sets the session cookie. Needs an `Origin` header that is exactly ours. A link works once and for 15 minutes.',
    access: 'public',
    body: 'SignIn',
    answers: gives('SignedIn', 'Signed in; the cookie is in Set-Cookie.'),
    problems: ['link-spent', 'origin-refused', 'store-unwritable'],
  },
  {
    method: 'GET',
    path: '/session',
    tag: 'session',
    summary: 'Who calls',
    access: 'viewer',
    answers: gives('Caller', 'A person or the API token.'),
  },
  {
    method: 'DELETE',
    path: '/session',
    tag: 'session',
    summary: 'Sign out',
    text: 'Ends the session everywhere and closes its bridges with code 4001.',
    access: 'viewer',
    by: 'person',
    answers: { status: 204, schema: [], text: 'Signed out.' },
    problems: ['store-unwritable'],
  },
];

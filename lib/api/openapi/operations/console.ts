// The console itself.
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
];

// The sign in the browser's tab. It comes with the page: a request of its own would cost more than it weighs.
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><title>Gatehouse</title><style>.a{fill:#18181b}.b{stroke:#fafafa}@media (prefers-color-scheme:dark){.a{fill:#fafafa}.b{stroke:#18181b}}</style><rect class="a" width="32" height="32" rx="7"/><g class="b" fill="none" stroke-width="2.4" stroke-linecap="round"><path d="M8 25V14a8 8 0 0 1 16 0v11"/><path d="M16 14v11M8 19h16"/></g></svg>`;

export const ICON_ADDRESS = `data:image/svg+xml,${encodeURIComponent(SVG)}`;

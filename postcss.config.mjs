// Tailwind 4 runs as a PostCSS plugin; its settings live in app/globals.css.
export default { plugins: { '@tailwindcss/postcss': {} } };

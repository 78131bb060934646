// Styles are imported for their effect; vite writes them into a file of their own.
declare module '*.css';

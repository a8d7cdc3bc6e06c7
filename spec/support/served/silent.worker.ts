// Serves nothing, and exports nothing.
export {};

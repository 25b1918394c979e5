globalThis.callboardSearch = { start, connect, stem, analyze, Stale };

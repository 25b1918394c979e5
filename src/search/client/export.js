globalThis.callboardSearch = { start, connect, stem, analyze, Index, Stale };

// Where the JSON comes from: fetch, or scripts that call `callboard.put` where pages are opened as files.
function loader(root) {
  if (location.protocol !== "file:")
    return async (path, fresh) => {
      const answer = await fetch(root + path, fresh ? { cache: "no-cache" } : {});
      if (!answer.ok) throw new Stale(`${path}: ${answer.status}`);
      return answer.json();
    };
  const waiting = new Map();
  globalThis.callboard = { put: (path, value) => waiting.get(path)?.(value) };
  return (path) => new Promise((resolve, reject) => {
    waiting.set(path, resolve);
    // What a file did not give, it does not hold.
    const missing = () => reject(new Stale(path));
    document.head.append(h("script", { src: root + path.slice(0, -4) + "js", onload: missing, onerror: missing }));
  });
}

// A client of the index below `root`. When files are gone because a new generation was published, it goes on with that.
function connect(root, load = loader(root)) {
  let index;
  const open = (fresh) => (index = load("latest.json", fresh).then((manifest) => new BackEnd(manifest, load)));
  const ask = async (run) => {
    const current = await (index || open());
    try {
      return await run(current);
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      const next = await open(true);
      if (next.manifest.gen === current.manifest.gen) throw new Error("The index is incomplete.");
      return run(next);
    }
  };
  const guarded = (run) => ask(run).catch((error) => ((index = undefined), Promise.reject(error)));
  return {
    warm: () => guarded(() => {}).catch(() => {}),
    search: (text, options) => guarded(async (index) => Object.assign(await index.search(text, options), { index })),
  };
}

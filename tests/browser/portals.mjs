// The portals that scenarios look at: each is a folder with a `site.toml` and the arguments of its build.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A portal without any source. */
function empty(dir) {
  writeFileSync(join(dir, "site.toml"), 'title = "Nothing yet"\n');
}

export const PORTALS = {
  /** This repository's own: the guide and the demo organisation. */
  demo: { args: (dir, root) => ["--config", join(root, "site.toml")] },
  portable: { args: (dir, root) => ["--portable", "--config", join(root, "site.toml")] },
  empty: { make: empty },
};

/** Builds the portals that are named; gives the folder of each site. */
export function build(names, program, root, work) {
  const sites = {};
  for (const name of names) {
    const { make, args } = PORTALS[name];
    const dir = join(work, name);
    mkdirSync(dir, { recursive: true });
    make?.(dir);
    const own = args ? args(dir, root) : ["--config", join(dir, "site.toml")];
    sites[name] = join(dir, "dist");
    execFileSync(program, ["build", "--quiet", "--output", sites[name], "--cache-dir", join(work, "cache"), ...own], { stdio: ["ignore", "inherit", "pipe"] });
  }
  return sites;
}

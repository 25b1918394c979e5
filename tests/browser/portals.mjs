// The portals that scenarios look at: each is a folder with a `site.toml` and the arguments of its build.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A portal without any source. */
function empty(dir) {
  writeFileSync(join(dir, "site.toml"), 'title = "Nothing yet"\n');
}

/** Many entities: components and APIs of forty teams and twenty systems, with names that sort, filter and overflow. */
function large(dir) {
  const count = Number(process.env.ENTITIES ?? 2500);
  const files = join(dir, "org");
  mkdirSync(files);
  const entity = (kind, name, spec, more = "") => `apiVersion: backstage.io/v1alpha1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${more}spec:\n${spec}`;
  const documents = [];
  for (let at = 0; at < 40; at += 1) documents.push(entity("Group", `team-${at}`, "  type: team\n  children: []\n", `  title: Team ${at}\n`));
  for (let at = 0; at < 20; at += 1) documents.push(entity("System", `system-${at}`, `  owner: team-${at}\n`));
  const lifecycles = ["production", "experimental", "deprecated"];
  for (let at = documents.length; at < count; at += 1) {
    const long = at % 500 === 0 ? "-with-a-name-that-is-long".repeat(2) : "";
    const more = `  title: Part ${at}${long}\n  description: Does the work number ${at} of the organisation, day and night.\n  tags: [tag-${at % 30}, ${at % 2 ? "odd" : "even"}]\n`;
    const shared = `  lifecycle: ${lifecycles[at % 3]}\n  owner: team-${at % 40}\n  system: system-${at % 20}\n`;
    if (at % 5 === 0) documents.push(entity("API", `api-${at}`, `  type: openapi\n  definition: "openapi: 3.0.0"\n${shared}`, more));
    else documents.push(entity("Component", `part-${at}`, `  type: ${at % 2 ? "service" : "library"}\n${shared}  dependsOn: [component:part-${((at * 7) % count) + 60}]\n`, more));
  }
  writeFileSync(join(files, "catalog-info.yaml"), documents.join("---\n"));
  writeFileSync(join(dir, "site.toml"), 'title = "Many"\n[[sources]]\ndir = "org"\n[limits]\ndocuments_per_file = 20000\nentity_file_bytes = 20000000\n');
}

export const PORTALS = {
  /** This repository's own: the guide and the demo organisation. */
  demo: { args: (dir, root) => ["--config", join(root, "site.toml")] },
  portable: { args: (dir, root) => ["--portable", "--config", join(root, "site.toml")] },
  large: { make: large },
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

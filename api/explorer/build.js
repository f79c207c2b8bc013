// Takes the files of GraphiQL that the service is to embed out of the installed packages into `dist`: those that `libraries.json` pins,
// each checked against its hash there, and the licences of everything that is in them.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const read = (...path) => readFileSync(join(here, ...path));
const json = (...path) => JSON.parse(read(...path));

mkdirSync(dist, { recursive: true });
for (const old of readdirSync(dist).filter((name) => !name.startsWith("."))) {
  rmSync(join(dist, old));
}
for (const library of json("libraries.json")) {
  const installed = json("node_modules", library.package, "package.json").version;
  const bytes = read("node_modules", library.package, library.file);
  const integrity = `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
  if (installed !== library.version || integrity !== library.integrity) {
    throw new Error(
      `libraries.json pins ${library.package} ${library.version}, ${library.integrity}; installed is ${installed}, ${integrity}`,
    );
  }
  // As api/src/http/explorer.rs names it.
  writeFileSync(join(dist, `${library.package}-${library.version}${extname(library.file)}`), bytes);
}
writeFileSync(join(dist, "licenses.txt"), licences());

/** The licences of every package that GraphiQL's files are made of, each text once. */
function licences() {
  const places = Object.keys(json("package-lock.json").packages).filter((place) => place !== "");
  const packages = new Map();
  for (const place of places.sort()) {
    const { name, version, license } = json(place, "package.json");
    const text = licence(place);
    packages.set(text, [...(packages.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  return [...packages].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`).join(`\n${"-".repeat(80)}\n\n`);
}

function licence(place) {
  const file = readdirSync(join(here, place)).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file ? read(place, file).toString().trim() : "Without a text of its own.";
}

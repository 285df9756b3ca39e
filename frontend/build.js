// Compiles the front end into ravs/core/static/core/build. Run at set-up; nothing is fetched later.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as sass from "sass";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const design = join(modules, "nhsuk-frontend", "dist", "nhsuk");
const target = join(root, "ravs", "core", "static", "core", "build");

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, "images"), { recursive: true });

const { css } = sass.compile(join(root, "frontend", "ravs.scss"), {
  loadPaths: [modules],
  style: "compressed",
  quietDeps: true,
});
refuseForeignHosts("ravs.css", css);
write("ravs.css", css);

for (const [, image] of css.matchAll(/url\("?images\/([^")]+)"?\)/g)) {
  copyFileSync(join(design, "assets", "images", image), join(target, "images", image));
}

// Without the source map's address, which a hashed file name would leave pointing at nothing.
const script = readFileSync(join(design, "nhsuk-frontend.min.js"), "utf8").replace(
  /\/\/# sourceMappingURL=\S+\s*$/,
  "",
);
write("nhsuk-frontend.min.js", script);

// Beside each text its compressed forms, which WhiteNoise sends to browsers that take them.
function write(name, text) {
  writeFileSync(join(target, name), text);
  writeFileSync(join(target, `${name}.gz`), gzipSync(text, { level: 9 }));
  writeFileSync(join(target, `${name}.br`), brotliCompressSync(text));
}

function refuseForeignHosts(name, text) {
  const hosts = text.match(/(https?:)?\/\/[a-z0-9.-]+\.[a-z]+/gi);
  if (hosts) {
    throw new Error(`${name} points at ${hosts.join(", ")}`);
  }
}

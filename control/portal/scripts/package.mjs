// What Maven runs: installs the dependencies when the lock file has changed, builds when the sources have changed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const top = fileURLToPath(new URL("..", import.meta.url));
const cache = join(top, ".cache");
const LOCK = ["package.json", "package-lock.json", ".npmrc"];
const SOURCES = [...LOCK, "index.html", "vite.config.ts", "tsconfig.json", "src", "public", "scripts"];
const NEEDED = [20, 19];

function fail(message) {
    console.error(`portal: ${message}`);
    process.exit(1);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
    fail(`Node.js ${process.versions.node} is too old: install ${NEEDED.join(".")} or newer, or build with -Dportal.skip`);
}

function files(path) {
    return statSync(join(top, path)).isDirectory()
        ? readdirSync(join(top, path)).sort().flatMap((name) => files(join(path, name)))
        : [path];
}

function digest(paths) {
    const hash = createHash("sha256");
    for (const path of paths.flatMap(files)) {
        hash.update(path).update("\0").update(readFileSync(join(top, path))).update("\0");
    }
    return hash.digest("hex");
}

function isDone(name, value, result) {
    const stamp = join(cache, name);
    return existsSync(join(top, result)) && existsSync(stamp) && readFileSync(stamp, "utf8") === value;
}

function done(name, value) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, name), value);
}

function npm(...args) {
    const windows = process.platform === "win32";
    const { status, error, stdout, stderr } = spawnSync(windows ? "npm.cmd" : "npm", args, { cwd: top, encoding: "utf8", shell: windows });
    if (error) {
        fail(`npm can't be started (${error.message}): install it beside Node.js, or build with -Dportal.skip`);
    }
    if (status !== 0) {
        fail(`npm ${args.join(" ")} failed:\n${stdout}${stderr}`);
    }
}

const sources = digest(SOURCES);
if (!isDone("sources", sources, "dist/index.html")) {
    const lock = digest(LOCK);
    if (!isDone("lock", lock, "node_modules")) {
        npm("ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts");
        done("lock", lock);
    }
    npm("run", "build");
    done("sources", sources);
}

// Python, in a worker, so that the page never waits for it. What it is made of comes from this site, checked.
import { download, list } from "./files.js";

const SITE = new URL("../", import.meta.url);
const HOME = "/home/pyodide";
const contents = new Map(); // of files that arrived and are what they should be, by name
let run;

async function unpacked(content) {
  const stream = new Blob([content]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function fetchAll(files) {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const arrived = new Map(files.map(({ name, bytes }) => [name, contents.has(name) ? bytes : 0]));
  const tell = (name, bytes, again = false) => {
    arrived.set(name, bytes);
    postMessage({ progress: { arrived: [...arrived.values()].reduce((a, b) => a + b), total, again } });
  };
  await Promise.all(
    files
      .filter(({ name }) => !contents.has(name))
      .map(async (file) => {
        const content = await download(file, SITE, (...news) => tell(file.name, ...news));
        contents.set(file.name, file.packed ? await unpacked(content) : content);
      }),
  );
}

// The kernel asks for its parts by fetch. It gets those that were checked, and nothing else.
async function served(address) {
  const name = new URL(address, location).pathname.split("/").at(-1);
  if (!contents.has(name)) throw new TypeError(`${name} is not a part of the kernel`);
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(contents.get(name), { headers: { "Content-Type": type } });
}

async function start(needs) {
  const { lock, files } = await list(SITE);
  const needed = files.filter(({ name, always }) => always || needs.includes(name));
  await fetchAll(needed);
  const kernel = needed.find(({ name }) => name === "pyodide.mjs");
  const { loadPyodide } = await import(new URL(kernel.path, SITE));
  const { fetch } = self;
  self.fetch = served;
  const indexURL = new URL(".", new URL(kernel.path, SITE)).href;
  const pyodide = await loadPyodide({ indexURL, lockFileContents: lock, env: { HOME, MPLCONFIGDIR: HOME } });
  self.fetch = fetch;
  for (const { name, archive } of needed) {
    if (archive) pyodide.unpackArchive(contents.get(name), archive, { extractDir: archive === "zip" ? HOME : undefined });
  }
  contents.clear();
  pyodide.runPython(`import sys; sys.path.insert(0, "${HOME}")`);
  const session = pyodide.pyimport("session");
  session.prepare();
  run = session.run;
}

onmessage = async ({ data: { id, needs, source, name, interactive } }) => {
  try {
    if (needs) {
      await start(needs);
      postMessage({ id });
    } else {
      postMessage({ id, result: JSON.parse(run(source, name, interactive)) });
    }
  } catch (error) {
    postMessage({ id, error: error.message });
  }
};

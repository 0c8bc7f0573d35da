// Fetches files of the site, and hands out only what has the SHA-256 that the site's list of them says.
const TRIES = 3;
const PAUSE = 1000; // milliseconds, longer with each try

class WrongFile extends Error {}

const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

export async function sha256(content) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Reads a response, and tells how many bytes have come.
async function read(response, tell) {
  const parts = [];
  let length = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    tell(length);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function get(path, base, cache) {
  const response = await fetch(new URL(path, base), { cache });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response;
}

// Returns the site's list of files.
export async function list(base) {
  try {
    return await (await get("kernel/files.json", base, "no-cache")).json();
  } catch {
    throw new Error("The list of files did not arrive. Is there a connection?");
  }
}

async function attempt(file, base, again, tell) {
  // What is in the cache may be of an older edition.
  const response = await get(file.path, base, again ? "reload" : "default");
  const content = await read(response, tell);
  if ((await sha256(content)) !== file.sha256) {
    throw new WrongFile(`${file.name} is not the file that this edition of the book was built with. It was not used.`);
  }
  return content;
}

export async function download(file, base, tell) {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(file, base, tries > 1, tell);
    } catch (error) {
      const wrong = error instanceof WrongFile;
      if (wrong && tries > 1) throw error;
      if (tries === TRIES) throw new Error(`${file.name} did not arrive. Is there a connection?`);
      tell(0, true);
      await wait(wrong ? 0 : PAUSE * tries);
    }
  }
}

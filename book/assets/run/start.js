// On a page whose cells can run: the button that starts it. Before it is pressed, nothing else is loaded.
(() => {
  const bar = document.querySelector(".run");
  const folder = new URL(".", document.currentScript.src);
  // From the file system a browser starts no worker, and without a safe connection it computes no checksum.
  if (location.protocol === "file:" || !isSecureContext) {
    bar.hidden = true;
    return;
  }
  const button = bar.querySelector("button");
  const status = bar.querySelector("[role=status]");
  button.disabled = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { open } = await import(new URL("chapter.js", folder));
      await open(bar);
    } catch (error) {
      button.disabled = false;
      status.textContent = `This could not be loaded: ${error.message}`;
    }
  });
})();

// Starts the page. It stands in a file of its own because the Content-Security-Policy allows no inline script.
const { js, wasm } = document.querySelector("script[data-js]").dataset;
const address = (path) => new URL(path, document.baseURI).href;
try {
  const page = await import(address(js));
  await page.default({ module_or_path: address(wasm) });
} catch (error) {
  const words = document.querySelector("#starting");
  if (words) {
    words.textContent =
      "The page could not start. Reload it; if that does not help, use a current Firefox, Chrome, Edge or Safari.";
  }
  throw error;
}

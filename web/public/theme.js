/* Runs before the first paint, so that the saved theme never flashes. The rest of the theme's logic is in src/ui/theme.ts. */
(function (root) {
  var saved;
  try {
    saved = localStorage.getItem("theme");
  } catch (error) {
    saved = null;
  }
  var dark = saved === "dark" || (saved !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
})(document.documentElement);

// Builds the bare grid of `make bench-ui` beside the tests' other output.
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [preact()],
  resolve: { alias: ["react-responsive-carousel", "marked"].map((find) => ({ find, replacement: `${import.meta.dirname}/../src/grid/nothing.ts` })) },
  build: { target: "es2022", outDir: "../../../../tests/e2e/out/bare", emptyOutDir: true },
});

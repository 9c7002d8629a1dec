// How the workbook is built: stable names, no inline script or style, so that the strict content policy holds.
import preact from "@preact/preset-vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/admin/book/",
  plugins: [preact()],
  resolve: {
    alias: [
      // Kinds of cells that the workbook does not have would pull these in.
      { find: "react-responsive-carousel", replacement: "/src/grid/nothing.ts" },
      { find: "marked", replacement: "/src/grid/nothing.ts" },
    ],
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: false,
    sourcemap: false,
    rollupOptions: {
      output: {
        entryFileNames: "book.js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: { include: ["test/**/*.test.ts"], environment: "node" },
});

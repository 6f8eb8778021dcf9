import { defineConfig } from "vitest/config";
import { mockApi } from "./mock/plugin.ts";

// One origin, no inline code, no outside host: what the server's content security policy allows.
export default defineConfig({
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
        target: "es2022",
        // An inlined asset would be a data: URL, which the policy allows for images only.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        sourcemap: false,
        reportCompressedSize: false,
    },
    server: { host: "127.0.0.1", port: 5173 },
    plugins: [mockApi()],
    test: {
        projects: [
            { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"], environment: "node" } },
            {
                extends: true,
                test: {
                    name: "e2e",
                    include: ["e2e/**/*.e2e.ts"],
                    environment: "node",
                    globalSetup: ["e2e/setup.ts"],
                    fileParallelism: false,
                    testTimeout: 60_000,
                    hookTimeout: 60_000,
                },
            },
        ],
    },
});

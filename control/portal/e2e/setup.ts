import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { serve } from "../mock/server";

declare module "vitest" {
    interface ProvidedContext {
        /** Where the portal is. */
        base: string;
        /** Whether the mock is behind it, which can be told things. */
        mocked: boolean;
    }
}

/** The real server where SEKISHO_E2E_URL names one, else the built portal with the mock API. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
    const url = process.env.SEKISHO_E2E_URL;
    if (url !== undefined && url !== "") {
        project.provide("base", url.replace(/\/$/, ""));
        project.provide("mocked", false);
        return undefined;
    }
    const dist = fileURLToPath(new URL("../dist", import.meta.url));
    if (!existsSync(dist)) {
        throw new Error("the portal is not built: run npm run build first");
    }
    const running = await serve(dist);
    project.provide("base", running.url);
    project.provide("mocked", true);
    return () => running.close();
}

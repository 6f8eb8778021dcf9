import type { paths } from "./schema";

/** Routes that the document may lack: backups over the API. */
interface Parts {
    "/backups": {
        post: {
            parameters: { query?: never; header?: never; path?: never; cookie?: never };
            requestBody: { content: { "application/json": { passphrase?: string } } };
            responses: { 200: { headers: Record<string, unknown>; content: { "application/octet-stream": string } } };
        };
    };
}

/** The API's document, and what else there may be. */
export type AllPaths = paths & Omit<Parts, keyof paths>;
